// Gives fields what a dashboard says of them: units, colours, mappings, links. Grafana's application fills these registries.
import {
  applyFieldOverrides,
  cacheFieldDisplayNames,
  standardFieldConfigEditorRegistry,
  standardTransformers,
  standardTransformersRegistry,
  transformDataFrame,
  type DataFrame,
  type DataTransformerConfig,
  type FieldConfigPropertyItem,
  type FieldConfigSource,
  type GrafanaTheme2,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';
import { fillLink, type Values } from './text';

const STANDARD = ['displayName', 'unit', 'min', 'max', 'decimals', 'noValue', 'color', 'mappings', 'thresholds', 'links'];
const CUSTOM = [
  'align', 'axisPlacement', 'axisSoftMax', 'axisSoftMin', 'cellOptions', 'drawStyle', 'fillOpacity', 'filterable', 'gradientMode',
  'hidden', 'hideFrom', 'inspect', 'lineInterpolation', 'lineStyle', 'lineWidth', 'minWidth', 'pointSize', 'scaleDistribution',
  'showPoints', 'spanNulls', 'stacking', 'thresholdsStyle', 'width',
];

function item(name: string, isCustom: boolean): FieldConfigPropertyItem {
  return {
    id: isCustom ? `custom.${name}` : name,
    path: name,
    name,
    isCustom,
    editor: () => null,
    override: () => null,
    process: (value: unknown) => value,
    shouldApply: () => true,
    settings: {},
  } as unknown as FieldConfigPropertyItem;
}

export function fillRegistries(): void {
  standardFieldConfigEditorRegistry.setInit(() => [
    ...STANDARD.map((name) => item(name, false)),
    ...CUSTOM.map((name) => item(name, true)),
  ]);
  const transformers = new Map(Object.values(standardTransformers).map((each) => [each.id, each]));
  standardTransformersRegistry.setInit(() =>
    [...transformers.values()].map((each) => ({
      id: each.id,
      name: each.name,
      transformation: async () => each,
      aliasIds: [],
      editor: () => null,
    })) as never
  );
}

export interface Dressing {
  transformations?: DataTransformerConfig[];
  fieldConfig?: Partial<FieldConfigSource>;
  values: Values;
  theme: GrafanaTheme2;
  timeZone: string;
}

/** Frames as the panel's visualization wants them. */
export async function dressed(frames: DataFrame[], { transformations, fieldConfig, values, theme, timeZone }: Dressing): Promise<DataFrame[]> {
  const transformed = transformations?.length
    ? await lastValueFrom(transformDataFrame(transformations, frames, { interpolate: (text) => text }))
    : frames;
  const data = applyFieldOverrides({
    data: transformed,
    fieldConfig: { defaults: {}, overrides: [], ...fieldConfig },
    fieldConfigRegistry: standardFieldConfigEditorRegistry as never,
    replaceVariables: (text, scope) => fillLink(text, values, scope),
    theme,
    timeZone,
  });
  cacheFieldDisplayNames(data);
  return data;
}
