package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 || os.Args[1] == "" {
		fmt.Fprintln(os.Stderr, "usage: price ITEM")
		os.Exit(2)
	}
	fmt.Printf("%s costs %d\n", os.Args[1], 3*len(os.Args[1]))
}
