// What happened meanwhile: points of a query that lie close together are one stretch of time.
import { ask, legend, type Asking, type Target } from './prometheus';

export interface Annotation {
  name: string;
  enable: boolean;
  iconColor: string;
  titleFormat: string;
  /** Panels that it is drawn on, or not drawn on; all of them without it. */
  filter?: { exclude?: boolean; ids: number[] };
  target: Target & { interval: string };
}

/** A stretch of time, in milliseconds. */
export interface Happening {
  from: number;
  to: number;
  title: string;
  color: string;
  filter: Annotation['filter'];
}

export function concerns({ filter }: Happening, panel: number): boolean {
  return !filter || filter.ids.includes(panel) !== Boolean(filter.exclude);
}

export async function happenings(annotations: Annotation[], asking: Asking, step: (least: string) => number): Promise<Happening[]> {
  const enabled = annotations.filter(({ enable }) => enable);
  return (await Promise.all(enabled.map((annotation) => stretches(annotation, asking, step(annotation.target.interval))))).flat();
}

async function stretches({ target, iconColor, titleFormat, filter }: Annotation, asking: Asking, step: number): Promise<Happening[]> {
  const found = await ask(target, asking, step);
  return found.flatMap(({ metric, values }) => {
    const title = legend(titleFormat, metric);
    const made: Happening[] = [];
    for (const [moment] of values.filter(([, value]) => Number.parseFloat(value) > 0)) {
      const open = made[made.length - 1];
      const now = moment * 1000;
      if (open && now - open.to <= step * 1000) open.to = now;
      else made.push({ from: now, to: now, title, color: iconColor, filter });
    }
    return made;
  });
}
