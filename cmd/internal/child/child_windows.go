package child

import (
	"os"
	"os/exec"
)

func bind(*exec.Cmd) {}

// passed lists the signals that are the command's; the console gives it ctrl+c itself.
func passed() []os.Signal { return []os.Signal{os.Interrupt} }

func hasItAlready(os.Signal) bool { return true }

// end ends the command; there is no way to ask.
func end(p *os.Process) { _ = p.Kill() }

func killer(*os.ProcessState) int { return 1 }
