// Puts the icons and fonts that @grafana/ui loads at run time where it looks for them (window.__grafana_public_path__).
import { cpSync } from 'node:fs';

cpSync('node_modules/@grafana/ui/dist/public/img', 'public/public/build/img', { recursive: true });
for (const [weight, name] of [[400, 'Regular'], [500, 'Medium']]) {
  cpSync(`node_modules/@fontsource/inter/files/inter-latin-${weight}-normal.woff2`, `public/public/fonts/inter/Inter-${name}.woff2`);
}
