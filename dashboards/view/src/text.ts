// Fills in variables: ${name}, ${name:format}, $name. What nobody knows stays as it is.
import { escapeRegex, type ScopedVars } from '@grafana/data';

export type Values = ReadonlyMap<string, readonly string[]>;

const VARIABLE = /\$\{([^}:]+)(?::(\w+))?\}|\$(\w+)/g;

type Format = (name: string, values: readonly string[]) => string;

const FORMATS: Record<string, Format> = {
  regex: (_, values) => (values.length === 1 ? values[0]! : `(${values.join('|')})`),
  percentencode: (_, values) => encodeURIComponent(values.join(',')),
  queryparam: (name, values) => values.map((value) => `var-${name}=${encodeURIComponent(value)}`).join('&'),
  text: (_, values) => values.join(' + '),
};

export function fill(text: string, lookUp: (name: string) => readonly string[] | undefined, usual: string): string {
  return text.replace(VARIABLE, (whole, braced: string | undefined, format: string | undefined, plain: string) => {
    const name = braced ?? plain;
    const values = lookUp(name);
    return values === undefined ? whole : FORMATS[format ?? usual]!(name, values);
  });
}

/** An expression as it is sent: what is chosen is a value, not part of the language. */
export function fillExpression(expr: string, values: Values, builtin: Values): string {
  const lookUp = (name: string) => builtin.get(name) ?? values.get(name)?.map(quoted);
  return fill(expr, lookUp, 'regex');
}

function quoted(value: string): string {
  return value === '.*' ? value : escapeRegex(value).replace(/\\/g, '\\\\').replace(/"/g, '\\"');
}

/** Titles and links of a cell or series: what stands beside it can be named (`__data.fields.node`). */
export function fillLink(text: string, values: Values, scope: ScopedVars | undefined): string {
  return fill(text, (name) => values.get(name) ?? within(name, scope), 'text');
}

function within(name: string, scope: ScopedVars | undefined): readonly string[] | undefined {
  const context = scope?.__dataContext?.value;
  const [subject, kind, ...rest] = name.split('.');
  const key = rest.join('.');
  if (!context || !key) return undefined;
  if (subject === '__data' && kind === 'fields') {
    const field = context.frame.fields.find((each: { name: string }) => each.name === key);
    return [String(field?.values[context.rowIndex ?? 0] ?? '')];
  }
  return subject === '__field' && kind === 'labels' ? [context.field.labels?.[key] ?? ''] : undefined;
}
