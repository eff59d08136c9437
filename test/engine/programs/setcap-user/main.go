package main

import (
	"fmt"
	"net/http"
	"os"
	"os/user"
	"strings"
)

func main() {
	keys, err := os.ReadFile("/var/lib/gate/keys.txt")
	if err != nil {
		panic(err)
	}
	if err := os.WriteFile("/var/lib/gate/started", nil, 0o600); err != nil {
		panic(err)
	}
	who, err := user.Current()
	if err != nil {
		panic(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, who.Username, len(strings.Fields(string(keys))))
	})
	panic(http.ListenAndServe(":443", nil))
}
