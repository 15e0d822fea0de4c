// What a dashboard file may hold, said in Grafana's own published types, for the panels and data source used here.
//
// Those types describe what Grafana has in memory, where everything has a value; in a file nearly all may be left out.
// They leave queries, overrides and transformations open: the ones used here are written out, so that they are checked.
import type * as Common from './node_modules/@grafana/schema/dist/types/common/common.gen';
import type * as Raw from './node_modules/@grafana/schema/dist/types/raw/dashboard/x/types.gen';
import type * as Stat from './node_modules/@grafana/schema/dist/types/raw/composable/stat/panelcfg/x/types.gen';
import type * as StateTimeline from './node_modules/@grafana/schema/dist/types/raw/composable/statetimeline/panelcfg/x/types.gen';
import type * as Table from './node_modules/@grafana/schema/dist/types/raw/composable/table/panelcfg/x/types.gen';
import type * as TimeSeries from './node_modules/@grafana/schema/dist/types/raw/composable/timeseries/panelcfg/x/types.gen';

type InFile<T> = unknown extends T
  ? any
  : T extends (infer Item)[]
    ? InFile<Item>[]
    : T extends object
      ? string extends keyof T
        ? { [key: string]: InFile<T[keyof T]> }
        : { [Key in keyof T]?: InFile<T[Key]> }
      : T;

interface Target {
  refId: string;
  datasource: Required<Raw.DataSourceRef>;
  expr: string;
  editorMode: 'code';
  legendFormat: string;
  instant: boolean;
  range: boolean;
  format?: 'time_series' | 'table';
}

interface DataLink {
  title: string;
  url: string;
  targetBlank?: boolean;
}

type Property =
  | { id: 'color'; value: Raw.FieldColor }
  | { id: 'custom.align'; value: 'auto' | 'left' | 'right' | 'center' }
  | { id: 'custom.cellOptions'; value: Common.TableCellOptions }
  | { id: 'custom.fillOpacity'; value: number }
  | { id: 'custom.lineStyle'; value: Common.LineStyle }
  | { id: 'custom.stacking'; value: Common.StackingConfig }
  | { id: 'custom.width'; value: number }
  | { id: 'decimals'; value: number }
  | { id: 'displayName'; value: string }
  | { id: 'links'; value: DataLink[] }
  | { id: 'mappings'; value: Raw.ValueMapping[] }
  | { id: 'noValue'; value: string }
  | { id: 'thresholds'; value: Raw.ThresholdsConfig }
  | { id: 'unit'; value: string };

type Transformation =
  | { id: 'merge'; options: {} }
  | {
      id: 'organize';
      options: {
        excludeByName: { [field: string]: boolean };
        indexByName: { [field: string]: number };
        renameByName: { [field: string]: string };
      };
    };

interface FieldConfig<Custom> {
  defaults: InFile<Omit<Raw.FieldConfig, 'custom' | 'links'>> & { custom?: InFile<Custom>; links?: DataLink[] };
  overrides: { matcher: { id: 'byName' | 'byFrameRefID'; options: string }; properties: Property[] }[];
}

type Own = 'type' | 'id' | 'title' | 'description' | 'gridPos' | 'targets' | 'options' | 'fieldConfig' | 'transformations';

type Panel<Type extends string, Options, Custom> = InFile<Omit<Raw.Panel, Own>> & {
  type: Type;
  id: number;
  title: string;
  description: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: Target[];
  options: InFile<Options>;
  fieldConfig: FieldConfig<Custom>;
  transformations?: Transformation[];
};

type AnyPanel =
  | Panel<'stat', Stat.Options, {}>
  | Panel<'state-timeline', StateTimeline.Options, StateTimeline.FieldConfig>
  | Panel<'table', Table.Options, Table.FieldConfig>
  | Panel<'timeseries', TimeSeries.Options, TimeSeries.FieldConfig>;

type Row = InFile<Omit<Raw.RowPanel, 'type' | 'panels'>> & { type: 'row'; panels?: AnyPanel[] };

// What the Prometheus data source adds.
type Annotation = InFile<Omit<Raw.AnnotationQuery, 'target'>> & {
  name: string;
  target: { refId: string; expr: string; interval?: string };
  titleFormat?: string;
  textFormat?: string;
  tagKeys?: string;
  useValueForTime?: 'on' | 'off';
};

export type Dashboard = InFile<Omit<Raw.Dashboard, 'panels' | 'title' | 'schemaVersion' | 'annotations'>> & {
  title: string;
  uid: string;
  schemaVersion: number;
  annotations: { list: Annotation[] };
  panels: (AnyPanel | Row)[];
};
