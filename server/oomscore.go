package server

// oom-score-adj: how soon the kernel is to end this process when memory runs out. It is a number in a file on Linux; where
// there is no such file the option has no effect.

import (
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/miniredisd/miniredisd/config"
)

// oomScore is what is remembered of the number.
type oomScore struct {
	path string
	base int  // what it was before we changed it
	ours bool // it is ours now
}

const oomScorePath = "/proc/self/oom_score_adj"

// applyOOMScore follows the options oom-score-adj and oom-score-adj-values.
func (s *Server) applyOOMScore() error {
	err := s.oomScore.apply(s.cfg.EnumName(config.OOMScoreAdj), s.cfg.OOMScores()[0])
	if err != nil {
		s.log.Logf(Warning, "Unable to write oom_score_adj: %v", err)
		return errors.New("Failed to set current oom_score_adj. Check server logs.")
	}
	return nil
}

// apply makes the number what mode ("no", "yes", "relative", "absolute") and score say.
func (o *oomScore) apply(mode string, score int) error {
	if mode == "no" && !o.ours {
		return nil
	}
	if !o.ours {
		text, err := os.ReadFile(o.path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if o.base, err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil {
			return err
		}
	}
	switch mode {
	case "no":
		score = o.base
	case "yes", "relative":
		score += o.base
	}
	const least, most = -1000, 1000
	score = min(max(score, least), most)
	if err := os.WriteFile(o.path, []byte(strconv.Itoa(score)), 0o644); err != nil {
		return err
	}
	o.ours = mode != "no"
	return nil
}
