// Rows of text and numbers.
import { TableNG } from '@grafana/ui/unstable';
import type { Drawing } from './visualization';

export function Table({ data, structure, width, height, options, fieldConfig }: Drawing) {
  return (
    <TableNG
      data={data[options.frameIndex ?? 0]!}
      width={width}
      height={height}
      noHeader={!options.showHeader}
      sortBy={options.sortBy}
      cellHeight={options.cellHeight}
      fieldConfig={fieldConfig}
      structureRev={structure}
      enableVirtualization={false}
    />
  );
}
