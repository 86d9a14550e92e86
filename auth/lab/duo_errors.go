package lab

import "fmt"

// A duoError is an answer of the simulator that is not OK. Its HTTP status is the
// first three digits of its code.
type duoError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Detail  string `json:"message_detail,omitempty"`
	Stat    string `json:"stat"`
}

func (e *duoError) Error() string { return fmt.Sprintf("%d %s: %s", e.Code, e.Message, e.Detail) }

func (e *duoError) status() int { return e.Code / 100 }

// duoMessages are Duo's own words. Those of 40104, 40501 and 50000 are recalled, not
// recorded from a real answer.
var duoMessages = map[int]string{
	40001: "Missing required request parameters",
	40002: "Invalid request parameters",
	40101: "Missing request credentials",
	40102: "Invalid integration key in request credentials",
	40103: "Invalid signature in request credentials",
	40104: "Missing request timestamp",
	40105: "Bad request timestamp",
	40301: "Access forbidden",
	40401: "Resource not found",
	40501: "Method not allowed",
	42901: "Too Many Requests",
	50000: "Internal server error",
}

func duoFail(code int, detail string) *duoError {
	return &duoError{Code: code, Message: duoMessages[code], Detail: detail, Stat: "FAIL"}
}

func missing(parameter string) *duoError { return duoFail(40001, parameter) }
func invalid(parameter string) *duoError { return duoFail(40002, parameter) }

// unknownThing is the answer to an id that names nothing.
func unknownThing() *duoError { return duoFail(40401, "") }
