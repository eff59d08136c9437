package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	version := flag.Bool("version", false, "say the version")
	place := flag.String("place", "", "where")
	flag.Parse()
	if *version {
		fmt.Println("weather 1.0")
		return
	}
	text, err := os.ReadFile("forecast.txt")
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s: %s from %s\n", *place, text[:len(text)-1], os.Getenv("WIND"))
}
