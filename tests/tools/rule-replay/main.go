// rule-replay drives Prometheus' own parser, storage and rule engine along a time that is given, not kept.
//
// It reads frames from standard input and writes one JSON line for each change of an alert:
//
//	SCRAPE <Unix ms> <instance> <bytes>\n<exposition>   a scrape of one target: text format 0.0.4
//	DOWN <Unix ms> <instance>\n                         a scrape of it that failed
//	EVAL <Unix ms>\n                                    evaluate every group whose interval has come round
//	END\n                                               begin anew: an empty storage, no alert
//
// After END, and at the end of the input, the alerts that are still active are told as such and one line {"end": …} follows.
// With -keep the storage of the one run is left in a folder, for a Prometheus to serve.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

func main() {
	job := flag.String("job", "longhorn-cr-exporter", "the job label of every target")
	folder := flag.String("keep", "", "the folder to leave the storage in; for an input of one run")
	flag.Parse()
	if flag.NArg() == 0 {
		fail(errors.New("usage: rule-replay [-job NAME] [-keep FOLDER] RULES..."))
	}
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	if err := replay(bufio.NewReaderSize(os.Stdin, 1<<20), json.NewEncoder(out), *job, *folder, flag.Args()); err != nil {
		out.Flush()
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "rule-replay:", err)
	os.Exit(1)
}

// replay works through the frames; every END, and the end of the input, closes a run of its own.
func replay(in *bufio.Reader, out *json.Encoder, job, folder string, files []string) error {
	for {
		more, err := oneRun(in, out, job, folder, files)
		if err != nil || !more {
			return err
		}
	}
}

func oneRun(in *bufio.Reader, out *json.Encoder, job, folder string, files []string) (bool, error) {
	ctx := context.Background()
	bench, err := newBench(ctx, job, files)
	if err != nil {
		return false, err
	}
	defer bench.close()
	if folder != "" {
		bench.showAlerts()
	}
	for {
		line, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) && line == "" {
			return false, nil
		}
		if err != nil {
			return false, fmt.Errorf("a frame ends early: %w", err)
		}
		words := strings.Fields(line)
		if len(words) == 1 && words[0] == "END" {
			if folder != "" {
				if err := bench.keep(folder); err != nil {
					return false, err
				}
			}
			return true, out.Encode(bench.ended())
		}
		if err := bench.frame(ctx, words, in, out); err != nil {
			return false, fmt.Errorf("%s: %w", strings.TrimSpace(line), err)
		}
	}
}

func (b *bench) frame(ctx context.Context, words []string, in io.Reader, out *json.Encoder) error {
	if len(words) < 2 {
		return errors.New("not a frame")
	}
	at, err := strconv.ParseInt(words[1], 10, 64)
	if err != nil {
		return err
	}
	switch {
	case words[0] == "SCRAPE" && len(words) == 4:
		size, err := strconv.Atoi(words[3])
		if err != nil {
			return err
		}
		page := make([]byte, size)
		if _, err := io.ReadFull(in, page); err != nil {
			return err
		}
		return b.scraped(ctx, at, words[2], page)
	case words[0] == "DOWN" && len(words) == 3:
		return b.scraped(ctx, at, words[2], nil)
	case words[0] == "EVAL" && len(words) == 2:
		return b.evaluate(ctx, at, out)
	}
	return errors.New("not a frame")
}
