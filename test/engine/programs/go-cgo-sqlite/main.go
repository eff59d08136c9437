package main

import (
	"database/sql"
	"fmt"
	"log"
	"os"

	_ "github.com/mattn/go-sqlite3"
)

func main() {
	db, err := sql.Open("sqlite3", "file:/app/notes.db")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	switch {
	case len(os.Args) == 3 && os.Args[1] == "add":
		_, err = db.Exec(`create table if not exists note (id integer primary key, text text)`)
		if err == nil {
			_, err = db.Exec(`insert into note (text) values (?)`, os.Args[2])
		}
	case len(os.Args) == 2 && os.Args[1] == "list":
		err = list(db)
	default:
		err = fmt.Errorf("usage: notes add TEXT | notes list")
	}
	if err != nil {
		log.Fatal(err)
	}
}

func list(db *sql.DB) error {
	rows, err := db.Query(`select id, text from note order by id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return err
		}
		fmt.Printf("%d. %s\n", id, text)
	}
	return rows.Err()
}
