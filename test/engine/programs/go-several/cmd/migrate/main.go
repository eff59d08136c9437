package main

import (
	"fmt"

	"example.test/shop/internal/stock"
)

func main() { fmt.Printf("migrated %d items\n", len(stock.Items())) }
