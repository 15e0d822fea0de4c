package main

import (
	"errors"
	"os"
	"path/filepath"
)

// showAlerts makes the engine store ALERTS and ALERTS_FOR_STATE, as it does once it has restored what was pending before.
func (b *bench) showAlerts() {
	for _, group := range b.groups {
		for _, rule := range group.AlertingRules() {
			rule.SetRestored(true)
		}
	}
}

// keep writes all that a run has stored into a folder that Prometheus can serve: one block, of scrapes, rules and alerts.
func (b *bench) keep(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	if blocks, err := filepath.Glob(filepath.Join(folder, "*", "meta.json")); err != nil || len(blocks) > 0 {
		return errors.Join(err, errors.New(folder+" holds a run already"))
	}
	return b.db.Snapshot(folder, true)
}
