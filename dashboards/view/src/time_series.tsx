// Lines over time, with what happened meanwhile behind them.
import type { GrafanaTheme2 } from '@grafana/data';
import { TimeSeries as Lines, useTheme2, type UPlotConfigBuilder } from '@grafana/ui';
import { useLayoutEffect, useRef, type ReactNode } from 'react';
import type uPlot from 'uplot';
import type { Happening } from './annotation';
import type { Drawing } from './visualization';

export function TimeSeries({ data, structure, width, height, range, timeZone, options, happenings }: Drawing) {
  return (
    <Lines
      frames={data}
      structureRev={structure}
      width={width}
      height={height}
      timeRange={range}
      timeZone={timeZone}
      legend={options.legend}
      options={options}
    >
      {(builder) => <Behind builder={builder} happenings={happenings} />}
    </Lines>
  );
}

/** Draws into the graph, and shows nothing of its own. */
function Behind({ builder, happenings }: { builder: UPlotConfigBuilder; happenings: Happening[] }): ReactNode {
  const theme = useTheme2();
  const latest = useRef(happenings);
  latest.current = happenings;
  // A builder makes one graph, in which other data come to lie later.
  useLayoutEffect(() => builder.addHook('drawClear', (plot) => latest.current.forEach((each) => drawBand(plot, each, theme))), [builder]);
  return null;
}

function drawBand({ ctx, bbox, valToPos }: uPlot, { from, to, color }: Happening, theme: GrafanaTheme2): void {
  const at = (moment: number) => Math.min(bbox.left + bbox.width, Math.max(bbox.left, valToPos(moment, 'x', true)));
  const [left, right] = [at(from), at(to)];
  ctx.save();
  ctx.fillStyle = ctx.strokeStyle = theme.visualization.getColorByName(color);
  ctx.globalAlpha = 0.08;
  ctx.fillRect(left, bbox.top, right - left, bbox.height);
  ctx.globalAlpha = 1;
  ctx.fillRect(left, bbox.top + bbox.height - 3, Math.max(3, right - left), 3);
  ctx.restore();
}
