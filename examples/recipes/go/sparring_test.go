package seek

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// A server of sparring for a test run, and a session of it for each test. The standard library is enough.

var sparring *server

func TestMain(tests *testing.M) {
	started, err := serve("seek")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	sparring = started
	code := tests.Run()
	sparring.stop()
	os.Exit(code)
}

type server struct {
	url     string
	command *exec.Cmd
}

// serve serves vendors on a free port. The server ends with this process, also when that is killed.
func serve(vendors ...string) (*server, error) {
	name := os.Getenv("SPARRING")
	if name == "" {
		name = "npx sparring"
	}
	words := append(strings.Fields(name), "serve")
	words = append(words, vendors...)
	words = append(words, "--port", "0", "--frozen", "--json", "--stop-with-parent")
	command := exec.Command(words[0], words[1:]...)
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("sparring has not started; it has said why on stderr: %w", err)
	}
	var ready struct{ URL string }
	if err := json.Unmarshal(line, &ready); err != nil {
		return nil, err
	}
	return &server{ready.URL, command}, nil
}

// control calls the control API.
func (server *server) control(method, path string, body, answer any) error {
	sent, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(method, server.url+"/__sparring"+path, bytes.NewReader(sent))
	if err != nil {
		return err
	}
	request.Header.Set("content-type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= 400 {
		var problem struct{ Detail string }
		_ = json.NewDecoder(response.Body).Decode(&problem)
		return fmt.Errorf("%s", problem.Detail)
	}
	if answer == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(answer)
}

func (server *server) stop() {
	if server.control("POST", "/shutdown", struct{}{}, nil) == nil {
		_ = server.command.Wait()
	}
}

type access struct{ URL, Key, WebhookSecret string }

// A session is isolated: it has its own clock, state, scenario, journal, and a URL and a key for each vendor.
type session struct {
	test    *testing.T
	ID      string
	Vendors map[string]access
}

// open opens a session for a test. What the client does wrong in it fails the test when that ends.
func open(t *testing.T, scenario string) *session {
	t.Helper()
	opened := &session{test: t}
	if err := sparring.control("POST", "/sessions", map[string]string{"scenario": scenario}, opened); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(opened.close)
	return opened
}

func (session *session) close() {
	var report struct {
		Findings []struct{ Code, Message, Severity string }
	}
	if err := sparring.control("DELETE", "/sessions/"+session.ID, struct{}{}, &report); err != nil {
		session.test.Error(err)
	}
	for _, finding := range report.Findings {
		if finding.Severity != "info" {
			session.test.Errorf("%s: %s", finding.Code, finding.Message)
		}
	}
}

func (session *session) play(scenario string) {
	session.call("PUT", "/scenario", map[string]string{"names": scenario})
}

// advance moves the clock; what falls due on the way happens, webhooks too.
func (session *session) advance(duration string) {
	session.call("POST", "/clock", map[string]string{"advance": duration})
}

func (session *session) sendWebhooksTo(url string) {
	session.call("PUT", "/target", map[string]string{"to": url})
}

func (session *session) trigger(vendor, webhook string) {
	session.call("POST", "/webhooks", map[string]string{"vendor": vendor, "webhook": webhook})
}

func (session *session) call(method, path string, body any) {
	session.test.Helper()
	if err := sparring.control(method, path+"?session="+session.ID, body, nil); err != nil {
		session.test.Fatal(err)
	}
}
