// The page: reads what to draw, and draws it.
import { ThemeContext, createTheme } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { readAddress, type Settings } from './address';
import { Dashboard, type DashboardModel } from './dashboard';
import { fillRegistries } from './field';

async function read<Kind>(path: string): Promise<Kind> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${response.statusText}`);
  return response.json();
}

async function draw(): Promise<void> {
  const settings = await read<Settings>('/settings.json');
  const address = readAddress(window.location, settings);
  const dashboard = await read<DashboardModel>(`/dashboards/${address.uid}.json`);
  const theme = createTheme({ colors: { mode: address.theme } });
  fillRegistries();
  await initPluginTranslations('grafana', []);
  // Panels measure text while they draw.
  await Promise.all(['400 14px Inter', '500 14px Inter'].map((font) => document.fonts.load(font)));
  document.title = dashboard.title;
  createRoot(document.getElementById('root')!).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <Dashboard dashboard={dashboard} address={address} settings={settings} />
      <PortalContainer />
    </ThemeContext.Provider>
  );
}

draw().catch((error: Error) => {
  document.getElementById('root')!.textContent = error.message;
  throw error;
});
