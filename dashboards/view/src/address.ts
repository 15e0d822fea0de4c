// What the page's address asks for, in Grafana's own terms: /d/UID?from=…&to=…&timezone=…&var-NAME=…&theme=…&refresh=…
import { dateMath, dateTime, type TimeRange } from '@grafana/data';

export interface Address {
  uid: string;
  theme: 'light' | 'dark';
  /** The dashboard's own where they are empty. */
  from: string;
  to: string;
  timezone: string;
  /** How often it is drawn again: "" never, undefined as the dashboard says. */
  refresh: string | undefined;
  /** What is chosen for each variable; none where the address does not say. */
  chosen: ReadonlyMap<string, readonly string[]>;
}

/** What the server says: the dashboard that comes first, how often the Prometheus behind it scrapes, and what holds
 * for times until something is chosen; the dashboard's own where that is empty. */
export interface Settings {
  home: string;
  scrapeInterval: string;
  from: string;
  refresh: string;
}

export function readAddress(location: Location, settings: Settings): Address {
  const asked = new URLSearchParams(location.search);
  const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  const from = asked.get('from') ?? settings.from;
  const to = asked.get('to') ?? (from && 'now');
  const usual = /^\d+$/.test(to) ? '' : settings.refresh || undefined; // what is over does not change
  const names = [...new Set(asked.keys())].filter((name) => name.startsWith('var-'));
  return {
    uid: /^\/d\/([^/]+)/.exec(location.pathname)?.[1] ?? settings.home,
    theme: (asked.get('theme') ?? (dark ? 'dark' : 'light')) === 'dark' ? 'dark' : 'light',
    from,
    to,
    timezone: asked.get('timezone') ?? '',
    refresh: asked.get('refresh') ?? usual,
    chosen: new Map(names.map((name) => [name.slice('var-'.length), asked.getAll(name)])),
  };
}

/** The range of time as it is at this moment; "now-3h" and milliseconds are understood. */
export function timeRange(from: string, to: string): TimeRange {
  return { from: moment(from), to: moment(to), raw: { from, to } };
}

function moment(text: string) {
  return /^\d+$/.test(text) ? dateTime(Number(text)) : (dateMath.toDateTime(text, {}) ?? dateTime());
}

export function timeParameters({ raw }: TimeRange): Array<[string, string]> {
  return [['from', rawText(raw.from)], ['to', rawText(raw.to)]];
}

function rawText(moment: TimeRange['raw']['from']): string {
  return typeof moment === 'string' ? moment : String(moment.valueOf());
}

/** Goes to the same page with other parameters. */
export function choose(parameters: Array<[string, string]>): void {
  const address = new URL(window.location.href);
  for (const [name, value] of parameters) address.searchParams.set(name, value);
  window.location.assign(address);
}
