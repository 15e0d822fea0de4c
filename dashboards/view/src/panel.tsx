// One panel: asks its questions, and draws the answers in Grafana's frame.
import { compareArrayValues, compareDataFrameStructures, type DataFrame, type DataTransformerConfig, type FieldConfigSource } from '@grafana/data';
import { PanelChrome, useTheme2 } from '@grafana/ui';
import { useEffect, useState, type ComponentType } from 'react';
import type { Happening } from './annotation';
import { dressed } from './field';
import { frames, stepSeconds, type Asking, type Target } from './prometheus';
import { Stat } from './stat';
import { Table } from './table';
import { fillLink } from './text';
import { TimeSeries } from './time_series';
import { Timeline } from './timeline';
import type { Drawing } from './visualization';

export interface PanelModel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: Target[];
  interval?: string;
  transformations?: DataTransformerConfig[];
  fieldConfig?: Partial<FieldConfigSource>;
  options?: Record<string, any>;
}

const VISUALIZATIONS: Record<string, ComponentType<Drawing>> = {
  stat: Stat,
  table: Table,
  timeseries: TimeSeries,
  'state-timeline': Timeline,
};

interface Props {
  panel: PanelModel;
  width: number;
  height: number;
  asking: Asking;
  timeZone: string;
  happenings: Happening[];
  /** Called when the panel shows what there is, or why it cannot. */
  onDrawn: (panel: PanelModel) => void;
}

type Answer = { asking: Asking } & ({ data: DataFrame[]; structure: number } | { error: string });

export function Panel({ panel, width, height, asking, timeZone, happenings, onDrawn }: Props) {
  const theme = useTheme2();
  const [answer, setAnswer] = useState<Answer>();
  useEffect(() => {
    let wanted = true;
    const told = (found: (before: Answer | undefined) => Answer) => wanted && setAnswer(found);
    load().then(
      (data) => told((before) => ({ asking, data, structure: structureOf(data, before) })),
      (error: Error) => told(() => ({ asking, error: error.message }))
    );
    return () => {
      wanted = false;
    };
  }, [asking]);
  useEffect(() => {
    if (answer) onDrawn(panel);
  }, [answer]);

  async function load(): Promise<DataFrame[]> {
    const found = await frames(panel.targets ?? [], asking, stepSeconds(asking, width, panel.interval));
    return dressed(found, { ...panel, values: asking.values, theme, timeZone });
  }

  const data = answer && 'data' in answer ? answer.data : undefined;
  const empty = data?.every(({ length }) => length === 0);
  const Visualization = VISUALIZATIONS[panel.type];
  const unknown = Visualization ? undefined : `no panel of type ${panel.type}`;
  const error = answer && 'error' in answer ? answer.error : unknown;
  const draw = (innerWidth: number, innerHeight: number) => {
    if (error !== undefined || !Visualization) return <Message text={error ?? ''} />;
    if (!answer || !('data' in answer)) return null;
    if (empty && panel.type !== 'stat') return <Message text={panel.fieldConfig?.defaults?.noValue ?? 'No data'} />;
    return (
      <Visualization
        data={answer.data}
        structure={answer.structure}
        width={innerWidth}
        height={innerHeight}
        range={answer.asking.range}
        timeZone={timeZone}
        options={panel.options ?? {}}
        fieldConfig={{ defaults: {}, overrides: [], ...panel.fieldConfig }}
        happenings={happenings}
      />
    );
  };
  return (
    <div data-panel={panel.title} data-type={panel.type} data-state={error !== undefined ? 'error' : empty ? 'empty' : 'data'} data-error={error}>
      <PanelChrome title={fillLink(panel.title, asking.values, undefined)} description={panel.description} statusMessage={error} width={width} height={height}>
        {draw}
      </PanelChrome>
    </div>
  );
}

function structureOf(data: DataFrame[], before: Answer | undefined): number {
  if (!before || !('data' in before)) return 1;
  return before.structure + (compareArrayValues(before.data, data, compareDataFrameStructures) ? 0 : 1);
}

function Message({ text }: { text: string }) {
  const theme = useTheme2();
  return <div style={{ display: 'grid', placeItems: 'center', height: '100%', color: theme.colors.text.secondary }}>{text}</div>;
}
