// The top of a dashboard: its title, the range of time, the variables and the links.
import { dateTimeFormat, type TimeRange } from '@grafana/data';
import { Combobox, InlineLabel, LinkButton, useTheme2, type IconName } from '@grafana/ui';
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
}

const ICONS: Record<string, IconName> = { dashboard: 'apps', doc: 'file-alt' };

export function Top({ title, links, annotations, choices, range, timeZone }: Props) {
  const theme = useTheme2();
  const line = { display: 'flex', gap: theme.spacing(1), alignItems: 'center', flexWrap: 'wrap' } as const;
  const time = [range.from, range.to].map((moment) => dateTimeFormat(moment, { format: 'YYYY-MM-DD HH:mm:ss', timeZone })).join(' to ');
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
        <span style={{ color: theme.colors.text.secondary }}>{time}</span>
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
              onChange={({ value }) => choose(choice.variable.name, value)}
            />
          </div>
        ))}
        {annotations.map(({ name, iconColor }) => (
          <span key={name} style={{ borderBottom: `3px solid ${theme.visualization.getColorByName(iconColor)}` }}>{name}</span>
        ))}
      </div>
    </header>
  );
}

export function timeParameters({ raw }: TimeRange): Array<[string, string]> {
  return [['from', String(raw.from)], ['to', String(raw.to)]];
}

function choose(name: string, value: string): void {
  const address = new URL(window.location.href);
  address.searchParams.set(`var-${name}`, value);
  window.location.assign(address);
}
