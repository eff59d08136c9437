package main

import "os"

func main() { os.Stdout.WriteString("compiled a moment ago\n") }
