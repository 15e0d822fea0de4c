// A number or a state in large letters.
import { getDisplayValueAlignmentFactors, getFieldDisplayValues, type FieldDisplay } from '@grafana/data';
import { BigValue, DataLinksContextMenu, VizRepeater, useTheme2, type VizRepeaterRenderValueProps } from '@grafana/ui';
import type { DisplayValueAlignmentFactors } from '@grafana/data';
import type { Drawing } from './visualization';

type Place = VizRepeaterRenderValueProps<FieldDisplay, DisplayValueAlignmentFactors>;

export function Stat({ data, width, height, options, fieldConfig, timeZone }: Drawing) {
  const theme = useTheme2();
  const getValues = () =>
    getFieldDisplayValues({
      fieldConfig,
      reduceOptions: options.reduceOptions,
      replaceVariables: (text) => text,
      theme,
      data,
      sparkline: options.graphMode !== 'none',
      timeZone,
    });
  const value = (place: Place, className?: string) => (
    <BigValue
      value={place.value.display}
      width={place.width}
      height={place.height}
      count={place.count}
      alignmentFactors={place.alignmentFactors}
      colorMode={options.colorMode}
      graphMode={options.graphMode}
      justifyMode={options.justifyMode}
      textMode={options.textMode}
      disableWideLayout={!options.wideLayout}
      theme={theme}
      className={className}
    />
  );
  return (
    <VizRepeater
      getValues={getValues}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      renderValue={(place: Place) =>
        place.value.hasLinks && place.value.getLinks ? (
          <DataLinksContextMenu links={place.value.getLinks}>{(menu) => value(place, menu.targetClassName)}</DataLinksContextMenu>
        ) : (
          value(place)
        )
      }
      width={width}
      height={height}
      source={data}
      autoGrid
      itemSpacing={3}
      renderCounter={0}
      orientation={options.orientation}
    />
  );
}
