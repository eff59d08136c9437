package main

import (
	"flag"
	"fmt"
	"net/http"
)

func main() {
	text := flag.String("text", "hello", "what to say")
	port := flag.Int("port", 80, "where to listen")
	flag.Parse()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, *text) })
	panic(http.ListenAndServe(fmt.Sprintf(":%d", *port), nil))
}
