package main

import (
	"crypto/x509"
	"fmt"
	"log"
	"net/http"
	"os"
	"time"
)

var moment = time.Date(2026, time.July, 1, 12, 0, 0, 0, time.UTC)

func main() {
	http.HandleFunc("/at", func(w http.ResponseWriter, r *http.Request) {
		zone, err := time.LoadLocation(r.FormValue("zone"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		fmt.Fprintln(w, moment.In(zone).Format(time.RFC3339))
	})
	http.HandleFunc("/trust", func(w http.ResponseWriter, r *http.Request) {
		pool, err := x509.SystemCertPool()
		if err != nil || pool.Equal(x509.NewCertPool()) {
			http.Error(w, "trusts nobody", http.StatusInternalServerError)
			return
		}
		fmt.Fprintln(w, "trusts the usual authorities")
	})
	http.Handle("/", http.FileServer(http.Dir("static")))
	log.Fatal(http.ListenAndServe(os.Getenv("LISTEN"), nil))
}
