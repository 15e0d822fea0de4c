// What the page's address asks for, in Grafana's own terms: /d/UID?from=…&to=…&var-NAME=…&theme=…&refresh=…
import { dateMath, dateTime, type TimeRange } from '@grafana/data';

export interface Address {
  uid: string;
  theme: 'light' | 'dark';
  from: string;
  to: string;
  refresh: string;
  /** What is chosen for each variable; none where the address does not say. */
  chosen: ReadonlyMap<string, readonly string[]>;
}

/** What the server says: the dashboard that comes first, and how often the Prometheus behind it scrapes. */
export interface Settings {
  home: string;
  scrapeInterval: string;
}

export function readAddress(location: Location, settings: Settings): Address {
  const asked = new URLSearchParams(location.search);
  const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  const names = [...new Set(asked.keys())].filter((name) => name.startsWith('var-'));
  return {
    uid: /^\/d\/([^/]+)/.exec(location.pathname)?.[1] ?? settings.home,
    theme: (asked.get('theme') ?? (dark ? 'dark' : 'light')) === 'dark' ? 'dark' : 'light',
    from: asked.get('from') ?? '',
    to: asked.get('to') ?? '',
    refresh: asked.get('refresh') ?? '',
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
