// A dashboard: its panels on Grafana's grid of 24 columns, drawn again as often as it says.
import { rangeUtil } from '@grafana/data';
import { Alert, useTheme2 } from '@grafana/ui';
import { useEffect, useRef, useState } from 'react';
import { timeParameters, timeRange, type Address, type Settings } from './address';
import { concerns, happenings, type Annotation, type Happening } from './annotation';
import { Panel, type PanelModel } from './panel';
import { stepSeconds, type Asking } from './prometheus';
import { Top, type Link } from './top';
import { choices, values, type Choice, type Variable } from './variable';

export interface DashboardModel {
  title: string;
  time: { from: string; to: string };
  refresh: string;
  timezone: string;
  links: Link[];
  templating: { list: Variable[] };
  annotations: { list: Annotation[] };
  panels: PanelModel[];
}

const [COLUMNS, ROW, GAP, MARGIN] = [24, 30, 8, 16];

interface Props {
  dashboard: DashboardModel;
  address: Address;
  settings: Settings;
}

interface Scene {
  asking: Asking;
  made: Choice[];
  meanwhile: Happening[];
}

export function Dashboard({ dashboard, address, settings }: Props) {
  const theme = useTheme2();
  const [width, setWidth] = useState(document.documentElement.clientWidth - 2 * MARGIN);
  const [scene, setScene] = useState<Scene>();
  const [trouble, setTrouble] = useState('');
  const drawn = useRef(new Set<number>());
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');

  useEffect(() => {
    const resized = () => setWidth(document.documentElement.clientWidth - 2 * MARGIN);
    window.addEventListener('resize', resized);
    return () => window.removeEventListener('resize', resized);
  }, []);
  const timeZone = address.timezone || dashboard.timezone;
  const refresh = address.refresh ?? dashboard.refresh;
  useEffect(() => {
    let timer: number | undefined;
    let shown = true;
    const round = async () => {
      await look();
      if (shown && refresh) timer = window.setTimeout(round, rangeUtil.intervalToMs(refresh));
    };
    round();
    return () => {
      shown = false;
      window.clearTimeout(timer);
    };
  }, []);

  async function look(): Promise<void> {
    await setOut().then((found) => {
      setScene(found);
      setTrouble('');
    }, (error: Error) => setTrouble(error.message));
  }

  async function setOut(): Promise<Scene> {
    const range = timeRange(address.from || dashboard.time.from, address.to || dashboard.time.to);
    const asking: Asking = { range, values: new Map(), scrapeInterval: settings.scrapeInterval };
    const made = await choices(dashboard.templating.list, address, asking);
    const filled = { ...asking, values: new Map([...values(made), ['__url_time_range', [String(new URLSearchParams(timeParameters(range)))]]]) };
    const meanwhile = await happenings(dashboard.annotations.list, filled, (least) => stepSeconds(filled, width, least));
    return { asking: filled, made, meanwhile };
  }

  /** Those who wait for the picture look for this. */
  function onDrawn({ id }: PanelModel): void {
    drawn.current.add(id);
    if (drawn.current.size === panels.length) document.body.dataset.drawn = 'true';
  }

  const alarm = trouble && <Alert severity="error" title={`Prometheus does not answer: ${trouble}`} />;
  if (!scene) return alarm || null;
  const { asking, made, meanwhile } = scene;
  const column = (width + GAP) / COLUMNS;
  const bottom = Math.max(...dashboard.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  return (
    <main style={{ padding: `${GAP}px ${MARGIN}px`, background: theme.colors.background.canvas }}>
      {alarm}
      <Top
        title={dashboard.title}
        links={dashboard.links}
        annotations={dashboard.annotations.list}
        choices={made}
        range={asking.range}
        timeZone={timeZone}
        refresh={refresh}
        onRefresh={look}
      />
      <div style={{ position: 'relative', height: bottom * (ROW + GAP) - GAP }}>
        {dashboard.panels.map((panel) => {
          const { x, y, w, h } = panel.gridPos;
          const concerning = meanwhile.filter((happening) => concerns(happening, panel.id));
          const size = { width: w * column - GAP, height: h * (ROW + GAP) - GAP };
          return (
            <div key={panel.id} style={{ position: 'absolute', left: x * column, top: y * (ROW + GAP), ...size }}>
              {panel.type === 'row' ? (
                <h2 style={{ ...theme.typography.h5, margin: 0, lineHeight: `${ROW}px` }}>{panel.title}</h2>
              ) : (
                <Panel panel={panel} {...size} asking={asking} timeZone={timeZone} happenings={concerning} onDrawn={onDrawn} />
              )}
            </div>
          );
        })}
      </div>
    </main>
  );
}
