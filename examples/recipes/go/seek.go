// Package seek is the client under test. In your project, this is your own code.
package seek

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// OutOfCredits says how many jobs were submitted before the credits were used up.
type OutOfCredits struct{ Submitted, Of int }

func (err OutOfCredits) Error() string {
	return fmt.Sprintf("%d of %d jobs are submitted", err.Submitted, err.Of)
}

// Client of Seek.
type Client struct{ Base, Key string }

type job struct {
	ID     string `json:"job_uuid"`
	Status string `json:"status"`
}

// SubmitAll submits a job for each profile, and stops when the credits are used up.
func (client Client) SubmitAll(profiles []string) ([]string, error) {
	jobs := []string{}
	for _, profile := range profiles {
		body := map[string]string{"profile_url": profile, "webhook": "https://client.example/hooks"}
		submitted, status, err := client.send("POST", "/v1/workers/linkedin-profile/jobs", body)
		if err != nil {
			return jobs, err
		}
		if status == http.StatusPaymentRequired {
			return jobs, OutOfCredits{len(jobs), len(profiles)}
		}
		jobs = append(jobs, submitted.ID)
	}
	return jobs, nil
}

// Status of a job.
func (client Client) Status(id string) (string, error) {
	found, _, err := client.send("GET", "/v1/jobs/"+id, nil)
	return found.Status, err
}

func (client Client) send(method, path string, body any) (answered job, status int, err error) {
	var sent bytes.Buffer
	if body != nil {
		if err = json.NewEncoder(&sent).Encode(body); err != nil {
			return
		}
	}
	request, err := http.NewRequest(method, client.Base+path, &sent)
	if err != nil {
		return
	}
	request.Header.Set("x-api-key", client.Key)
	if body != nil {
		request.Header.Set("content-type", "application/json")
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return
	}
	defer answer.Body.Close()
	if answer.StatusCode < 400 {
		err = json.NewDecoder(answer.Body).Decode(&answered)
	}
	return answered, answer.StatusCode, err
}
