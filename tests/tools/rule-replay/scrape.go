package main

import (
	"context"
	"errors"
	"io"
	"math"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/storage"
)

// series are those of a target's last scrape, by their text in the page: what is gone from the next gets a stale marker.
type series map[string]labels.Labels

// scraped appends one scrape as Prometheus' scrape loop does; a nil page is a scrape that failed.
func (b *bench) scraped(ctx context.Context, at int64, instance string, page []byte) error {
	appender := b.db.Appender(ctx)
	target := labels.FromStrings("job", b.job, "instance", instance)
	before, now := b.targets[instance], series{}
	if page != nil {
		if err := appendPage(appender, at, target, page, before, now); err != nil {
			return errors.Join(err, appender.Rollback())
		}
	}
	for text, gone := range before {
		if _, there := now[text]; !there {
			if _, err := appender.Append(0, gone, at, math.Float64frombits(value.StaleNaN)); err != nil {
				return errors.Join(err, appender.Rollback())
			}
		}
	}
	b.targets[instance] = now
	up := 1.0
	if page == nil {
		up = 0
	}
	if _, err := appender.Append(0, withName(target, "up"), at, up); err != nil {
		return errors.Join(err, appender.Rollback())
	}
	return appender.Commit()
}

func appendPage(appender storage.Appender, at int64, target labels.Labels, page []byte, before, now series) error {
	parser := textparse.NewPromParser(page, labels.NewSymbolTable(), false)
	for {
		entry, err := parser.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if entry != textparse.EntrySeries {
			continue
		}
		text, _, sample := parser.Series()
		lset, known := before[string(text)]
		if !known {
			var own labels.Labels
			parser.Labels(&own)
			lset = withTarget(own, target)
		}
		now[string(text)] = lset
		if _, err := appender.Append(0, lset, at, sample); err != nil {
			return err
		}
	}
}

func withTarget(own, target labels.Labels) labels.Labels {
	builder := labels.NewBuilder(own)
	target.Range(func(label labels.Label) { builder.Set(label.Name, label.Value) })
	return builder.Labels()
}

func withName(target labels.Labels, name string) labels.Labels {
	return labels.NewBuilder(target).Set(labels.MetricName, name).Labels()
}
