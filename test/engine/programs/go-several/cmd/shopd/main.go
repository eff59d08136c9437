package main

import (
	"fmt"
	"log"
	"net/http"
	"os/exec"
	"strings"

	"example.test/shop/internal/stock"
)

func main() {
	http.HandleFunc("/items", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, strings.Join(stock.Items(), ","))
	})
	// prices are a program of their own
	http.HandleFunc("/price", func(w http.ResponseWriter, r *http.Request) {
		out, err := exec.Command("price", r.FormValue("item")).CombinedOutput()
		if err != nil {
			http.Error(w, string(out)+err.Error(), http.StatusInternalServerError)
			return
		}
		w.Write(out)
	})
	log.Fatal(http.ListenAndServe(":3000", nil))
}
