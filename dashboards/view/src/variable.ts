// The variables at the top of a dashboard: what they may be, and what they are.
import type { Address } from './address';
import { labelValues, type Asking } from './prometheus';

export interface Variable {
  name: string;
  label?: string;
  type: 'datasource' | 'query';
  query: string | { query: string };
  includeAll?: boolean;
  allValue?: string;
}

export interface Choice {
  variable: Variable;
  options: string[];
  /** Nothing is all of them. */
  chosen: readonly string[];
}

export const ALL = '$__all';

/** Choices in the order of the variables; a variable's query may name those before it. */
export async function choices(variables: Variable[], address: Address, asking: Asking): Promise<Choice[]> {
  const made: Choice[] = [];
  for (const variable of variables) {
    made.push(await choice(variable, address, { ...asking, values: values(made) }));
  }
  return made;
}

async function choice(variable: Variable, address: Address, asking: Asking): Promise<Choice> {
  const asked = address.chosen.get(variable.name)?.filter((value) => value !== ALL && value !== variable.allValue);
  if (variable.type === 'datasource') return { variable, options: ['Prometheus'], chosen: ['Prometheus'] };
  const options = await labelValues(typeof variable.query === 'string' ? variable.query : variable.query.query, asking);
  if (asked?.length) return { variable, options, chosen: asked };
  return { variable, options, chosen: variable.includeAll ? [] : options.slice(0, 1) };
}

/** What stands for each variable in expressions and links. */
export function values(made: Choice[]): Map<string, readonly string[]> {
  return new Map(made.map(({ variable, chosen, options }) => {
    const all = variable.allValue ? [variable.allValue] : options;
    return [variable.name, chosen.length > 0 ? chosen : all];
  }));
}

/** What stands for them in an address. */
export function parameters(made: Choice[]): URLSearchParams {
  return new URLSearchParams(
    made.flatMap(({ variable, chosen }) => (chosen.length > 0 ? chosen : [ALL]).map((value) => [`var-${variable.name}`, value]))
  );
}
