package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/rules"
	"github.com/prometheus/prometheus/tsdb"
)

const (
	defaultInterval = 30 * time.Second
	lookback        = 5 * time.Minute
	retention       = 365 * 24 * time.Hour
)

// change is one step of one alert: it became pending, began to fire, or is no longer active. Times are Unix ms.
type change struct {
	At          int64             `json:"at"`
	Alert       string            `json:"alert"`
	State       string            `json:"state"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// bench is one run: a storage, the targets scraped into it, the rule groups, and the alerts as last told.
type bench struct {
	job     string
	dir     string
	db      *tsdb.DB
	targets map[string]series
	groups  []*rules.Group
	told    map[string]change
	evals   int
	spent   time.Duration
	cost    map[string]time.Duration
}

func newBench(ctx context.Context, job string, files []string) (*bench, error) {
	dir, err := os.MkdirTemp("", "rule-replay-")
	if err != nil {
		return nil, err
	}
	b := &bench{job: job, dir: dir, targets: map[string]series{}, told: map[string]change{}, cost: map[string]time.Duration{}}
	options := tsdb.DefaultOptions()
	options.RetentionDuration = retention.Milliseconds()
	options.MinBlockDuration = retention.Milliseconds()
	options.MaxBlockDuration = retention.Milliseconds()
	options.WALSegmentSize = -1
	if b.db, err = tsdb.Open(dir, promslog.NewNopLogger(), nil, options, nil); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if b.groups, err = b.load(ctx, files); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *bench) load(ctx context.Context, files []string) ([]*rules.Group, error) {
	engine := promql.NewEngine(promql.EngineOpts{
		MaxSamples: 50_000_000, Timeout: time.Minute, LookbackDelta: lookback,
		EnableAtModifier: true, EnableNegativeOffset: true, Parser: parser.NewParser(parser.Options{}),
	})
	manager := rules.NewManager(&rules.ManagerOptions{
		Context: ctx, QueryFunc: rules.EngineQueryFunc(engine, b.db), AppendableV2: b.db, Queryable: b.db,
		NotifyFunc: func(context.Context, string, ...*rules.Alert) {},
	})
	loaded, errs := manager.LoadGroups(defaultInterval, labels.EmptyLabels(), "", nil, false, files...)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	groups := make([]*rules.Group, 0, len(loaded))
	for _, group := range loaded {
		groups = append(groups, group)
	}
	// Recording rules first, as their users read them at the same moment; names are told apart by the rule files.
	slices.SortFunc(groups, func(left, right *rules.Group) int {
		if recording := len(left.AlertingRules()) - len(right.AlertingRules()); recording != 0 {
			return recording
		}
		return strings.Compare(left.Name(), right.Name())
	})
	return groups, nil
}

func (b *bench) close() {
	if b.db != nil {
		b.db.Close()
	}
	os.RemoveAll(b.dir)
}

// evaluate runs the groups that are due and tells what became of each alert.
func (b *bench) evaluate(ctx context.Context, at int64, out *json.Encoder) error {
	moment := time.UnixMilli(at).UTC()
	begun := time.Now()
	for _, group := range b.groups {
		if at%group.Interval().Milliseconds() == 0 {
			group.Eval(ctx, moment)
			b.evals++
			for _, rule := range group.Rules() {
				b.cost[rule.Name()] += rule.GetEvaluationDuration()
			}
		}
	}
	b.spent += time.Since(begun)
	return b.tell(at, out)
}

func (b *bench) tell(at int64, out *json.Encoder) error {
	active := map[string]change{}
	for _, group := range b.groups {
		for _, rule := range group.Rules() {
			if err := rule.LastError(); err != nil {
				return err
			}
		}
		for _, rule := range group.AlertingRules() {
			rule.ForEachActiveAlert(func(alert *rules.Alert) {
				if alert.State != rules.StateInactive {
					key := rule.Name() + alert.Labels.String()
					active[key] = change{at, rule.Name(), alert.State.String(), alert.Labels.Map(), alert.Annotations.Map()}
				}
			})
		}
	}
	for _, key := range sorted(b.told) {
		if _, still := active[key]; !still {
			gone := b.told[key]
			if err := out.Encode(change{At: at, Alert: gone.Alert, State: "inactive", Labels: gone.Labels}); err != nil {
				return err
			}
		}
	}
	for _, key := range sorted(active) {
		if b.told[key].State != active[key].State {
			if err := out.Encode(active[key]); err != nil {
				return err
			}
		}
	}
	b.told = active
	return nil
}

func sorted(changes map[string]change) []string {
	keys := make([]string, 0, len(changes))
	for key := range changes {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// ended sums a run up: evaluations of groups, and the seconds they took, in all and by the rules' names.
func (b *bench) ended() map[string]any {
	rules := map[string]float64{}
	for name, spent := range b.cost {
		rules[name] = spent.Seconds()
	}
	return map[string]any{"end": map[string]any{"evaluations": b.evals, "seconds": b.spent.Seconds(), "rules": rules}}
}
