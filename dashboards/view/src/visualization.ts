// What every visualization is given.
import type { DataFrame, FieldConfigSource, TimeRange } from '@grafana/data';
import type { Happening } from './annotation';

export interface Drawing {
  data: DataFrame[];
  /** Another number when the data have other fields than before. */
  structure: number;
  width: number;
  height: number;
  range: TimeRange;
  timeZone: string;
  options: Record<string, any>; // as the dashboard has it: each visualization knows its own
  fieldConfig: FieldConfigSource;
  happenings: Happening[];
}
