// The top of a dashboard: its title, the range of time, the variables and the links.
import type { TimeRange } from '@grafana/data';
import { Combobox, InlineLabel, LinkButton, RefreshPicker, TimeRangePicker, useTheme2, type IconName } from '@grafana/ui';
import { choose, timeParameters } from './address';
import type { Annotation } from './annotation';
import { ALL, parameters, type Choice } from './variable';

export interface Link {
  title: string;
  url: string;
  icon: string;
  includeVars: boolean;
  keepTime: boolean;
  targetBlank: boolean;
}

interface Props {
  title: string;
  links: Link[];
  annotations: Annotation[];
  choices: Choice[];
  range: TimeRange;
  timeZone: string;
  refresh: string;
  onRefresh: () => void;
}

const INTERVALS = ['1s', '2s', '5s', '10s', '30s', '1m', '5m'];
const ICONS: Record<string, IconName> = { dashboard: 'apps', doc: 'file-alt' };

export function Top({ title, links, annotations, choices, range, timeZone, refresh, onRefresh }: Props) {
  const theme = useTheme2();
  const line = { display: 'flex', gap: theme.spacing(1), alignItems: 'center', flexWrap: 'wrap' } as const;
  const href = (link: Link) => {
    const kept = new URLSearchParams([...(link.includeVars ? parameters(choices) : []), ...(link.keepTime ? timeParameters(range) : [])]);
    return kept.size > 0 ? `${link.url}?${kept}` : link.url;
  };
  return (
    <header style={{ marginBottom: theme.spacing(1) }}>
      <div style={{ ...line, justifyContent: 'space-between', marginBottom: theme.spacing(1) }}>
        <h1 style={{ ...theme.typography.h3, margin: 0 }}>{title}</h1>
        <nav style={line}>
          {links.map((link) => (
            <LinkButton key={link.title} href={href(link)} target={link.targetBlank ? '_blank' : undefined} icon={ICONS[link.icon]} variant="secondary" size="sm" fill="outline">
              {link.title}
            </LinkButton>
          ))}
        </nav>
      </div>
      <div style={line}>
        {choices.map((choice) => (
          <div key={choice.variable.name} style={{ display: 'flex' }}>
            <InlineLabel width="auto">{choice.variable.label ?? choice.variable.name}</InlineLabel>
            <Combobox
              width="auto"
              minWidth={12}
              options={[...(choice.variable.includeAll ? [{ label: 'All', value: ALL }] : []), ...choice.options.map((value) => ({ value }))]}
              value={choice.chosen[0] ?? ALL}
              onChange={({ value }) => choose([[`var-${choice.variable.name}`, value]])}
            />
          </div>
        ))}
        {annotations.map(({ name, iconColor }) => (
          <span key={name} style={{ borderBottom: `3px solid ${theme.visualization.getColorByName(iconColor)}` }}>{name}</span>
        ))}
        <div style={{ ...line, marginLeft: 'auto' }}>
          <TimeRangePicker
            isOnCanvas
            value={range}
            timeZone={timeZone}
            onChange={(chosen) => choose(timeParameters(chosen))}
            onChangeTimeZone={(chosen) => choose([['timezone', chosen]])}
            onMoveBackward={() => choose(shifted(range, -0.5))}
            onMoveForward={() => choose(shifted(range, 0.5))}
            onZoom={() => choose(zoomedOut(range))}
          />
          <RefreshPicker isOnCanvas intervals={INTERVALS} value={refresh} onRefresh={onRefresh} onIntervalChanged={(chosen) => choose([['refresh', chosen]])} />
        </div>
      </div>
    </header>
  );
}

/** The range moved by a part of its length. */
function shifted({ from, to }: TimeRange, part: number): Array<[string, string]> {
  const step = (to.valueOf() - from.valueOf()) * part;
  return [['from', String(from.valueOf() + step)], ['to', String(to.valueOf() + step)]];
}

/** Twice the range, about its middle. */
function zoomedOut({ from, to }: TimeRange): Array<[string, string]> {
  const margin = (to.valueOf() - from.valueOf()) / 2;
  return [['from', String(from.valueOf() - margin)], ['to', String(to.valueOf() + margin)]];
}
