// Asks a Prometheus, as Grafana's data source does, and makes frames of what it answers.
import { FieldType, rangeUtil, toDataFrame, type DataFrame, type TimeRange } from '@grafana/data';
import { fillExpression, type Values } from './text';

export interface Target {
  refId: string;
  expr: string;
  instant?: boolean;
  format?: 'table' | 'time_series';
  legendFormat?: string;
  hide?: boolean;
}

/** What all questions of a page have in common. */
export interface Asking {
  range: TimeRange;
  values: Values;
  scrapeInterval: string;
}

type Labels = Record<string, string>;
interface Row {
  metric: Labels;
  values: Array<[number, string]>;
}

export class PrometheusError extends Error {}

/** The points of a graph this wide are this far apart, in seconds; Grafana's own rounding. */
export function stepSeconds(asking: Asking, width: number, least?: string): number {
  return rangeUtil.calculateInterval(asking.range, Math.max(1, Math.floor(width)), least ?? asking.scrapeInterval).intervalMs / 1000;
}

export async function ask(target: Target, asking: Asking, step: number): Promise<Row[]> {
  const [from, to] = [asking.range.from.valueOf() / 1000, asking.range.to.valueOf() / 1000];
  const query = fillExpression(target.expr, asking.values, builtin(asking, step));
  if (target.instant) return rows(await get('query', { query, time: String(to) }));
  const [start, end] = [from, to].map((moment) => String(Math.floor(moment / step) * step));
  return rows(await get('query_range', { query, start: start!, end: end!, step: String(step) }));
}

function builtin(asking: Asking, step: number): Values {
  const range = Math.round((asking.range.to.valueOf() - asking.range.from.valueOf()) / 1000);
  const scrape = rangeUtil.intervalToSeconds(asking.scrapeInterval);
  return new Map([
    ['__interval', [`${step}s`]],
    ['__rate_interval', [`${Math.max(step + scrape, 4 * scrape)}s`]],
    ['__range', [`${range}s`]],
  ]);
}

/** The values of a label, of the series that a variable's `label_values(SERIES, LABEL)` names. */
export async function labelValues(query: string, asking: Asking): Promise<string[]> {
  const [, series, label] = /^label_values\((.+), *(\w+)\)$/s.exec(query) ?? [];
  if (!series || !label) throw new PrometheusError(`a variable's query is not understood: ${query}`);
  const found = await get(`label/${label}/values`, {
    'match[]': fillExpression(series, asking.values, new Map()),
    start: String(asking.range.from.valueOf() / 1000),
    end: String(asking.range.to.valueOf() / 1000),
  });
  return (found as string[]).sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
}

async function get(path: string, parameters: Record<string, string>): Promise<unknown> {
  const response = await fetch(`/prometheus/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const answer = await response.json();
  if (answer.status !== 'success') throw new PrometheusError(answer.error);
  return answer.data;
}

function rows(data: unknown): Row[] {
  const { result } = data as { result: Array<{ metric: Labels; values?: Row['values']; value?: [number, string] }> };
  return result.map(({ metric, values, value }) => ({ metric, values: values ?? [value!] }));
}

/** The frames of a panel: one a series, or one a query where its answer is for a table. */
export async function frames(targets: Target[], asking: Asking, step: number): Promise<DataFrame[]> {
  const shown = targets.filter((target) => !target.hide);
  const answers = await Promise.all(shown.map(async (target) => ({ target, found: await ask(target, asking, step) })));
  const told = answers.filter(({ found }) => found.length > 0);
  return told.flatMap(({ target, found }) =>
    target.format === 'table' ? [table(target, found, told.length > 1)] : found.map((row) => series(target, row, step))
  );
}

/** Grafana calls a value plainly "Value" where no other query has any. */
function table(target: Target, found: Row[], numbered: boolean): DataFrame {
  const labels = [...new Set(found.flatMap(({ metric }) => Object.keys(metric)))].filter((name) => name !== '__name__');
  return toDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: found.map(({ values }) => last(values)[0] * 1000) },
      ...labels.sort().map((name) => ({ name, type: FieldType.string, values: found.map(({ metric }) => metric[name] ?? '') })),
      {
        name: numbered ? `Value #${target.refId}` : 'Value',
        type: FieldType.number,
        values: found.map(({ values }) => number(last(values)[1])),
      },
    ],
  });
}

function series(target: Target, { metric, values }: Row, step: number): DataFrame {
  const { __name__: name, ...labels } = metric;
  return toDataFrame({
    refId: target.refId,
    name,
    fields: [
      { name: 'Time', type: FieldType.time, config: { interval: step * 1000 }, values: values.map(([moment]) => moment * 1000) },
      {
        name: 'Value',
        type: FieldType.number,
        labels,
        config: { displayNameFromDS: legend(target.legendFormat, metric) },
        values: values.map(([, value]) => number(value)),
      },
    ],
  });
}

export function legend(format: string | undefined, labels: Labels): string {
  if (format) return format.replace(/{{\s*(\w+)\s*}}/g, (_, name: string) => labels[name] ?? '');
  const { __name__: name = '', ...rest } = labels;
  const told = Object.entries(rest).map(([label, value]) => `${label}="${value}"`);
  return name + (told.length > 0 || !name ? `{${told.join(', ')}}` : '');
}

const last = (values: Row['values']) => values[values.length - 1]!;
const number = (text: string) => (text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number.parseFloat(text));
