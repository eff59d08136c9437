// Package stock knows what is in the shop.
package stock

import (
	"embed"
	"strings"
)

//go:embed items.txt
var files embed.FS

func Items() []string {
	text, err := files.ReadFile("items.txt")
	if err != nil {
		panic(err)
	}
	return strings.Fields(string(text))
}
