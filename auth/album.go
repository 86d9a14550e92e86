package auth

import (
	"errors"
	"os"
	"path/filepath"

	"gatepass/auth/login"
)

// album gathers a run's pictures: one for each stage, the last that came.
type album struct {
	order []login.Stage
	shots map[login.Stage]login.Picture
}

// picture is a picture as a timeline names it.
type picture struct {
	Stage login.Stage `json:"stage"`
	File  string      `json:"file"` // beside the timeline
}

func (a *album) take(s login.Stage, p login.Picture) {
	if a.shots == nil {
		a.shots = map[login.Stage]login.Picture{}
	}
	if _, known := a.shots[s]; !known {
		a.order = append(a.order, s)
	}
	a.shots[s] = p
}

func (a *album) names(folder string) []picture {
	var all []picture
	for _, s := range a.order {
		all = append(all, picture{s, folder + "/" + string(s) + ".png"})
	}
	return all
}

// write puts the pictures into a folder of their own, all or none.
func (a *album) write(folder string) error {
	if len(a.order) == 0 {
		return nil
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	for _, s := range a.order {
		if err := writeWhole(filepath.Join(folder, string(s)+".png"), a.shots[s].PNG); err != nil {
			return errors.Join(err, os.RemoveAll(folder))
		}
	}
	return nil
}
