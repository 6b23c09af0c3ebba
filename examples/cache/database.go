package main

import (
	"context"
	"database/sql"
	"sync/atomic"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// User is a row of the database.
type User struct {
	ID    int64
	Name  string
	Email string
}

// Database is what the cache stands before: an SQLite database, in the process.
type Database struct {
	db *sql.DB
	// Queries counts the reads that reached it.
	Queries atomic.Int64
}

// OpenDatabase opens the database in the file path, and creates what is missing; ":memory:" is one that is not kept.
func OpenDatabase(path string) (*Database, error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // in memory, each connection would have a database of its own
	_, err = db.Exec(`CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL)`)
	if err != nil {
		db.Close()
		return nil, err
	}
	return &Database{db: db}, nil
}

// Close closes it.
func (d *Database) Close() error { return d.db.Close() }

// User reads a user; the error is sql.ErrNoRows when there is none.
func (d *Database) User(ctx context.Context, id int64) (User, error) {
	d.Queries.Add(1)
	u := User{ID: id}
	err := d.db.QueryRowContext(ctx, `SELECT name, email FROM users WHERE id = ?`, id).Scan(&u.Name, &u.Email)
	return u, err
}

// SetUser adds or changes a user.
func (d *Database) SetUser(ctx context.Context, u User) error {
	_, err := d.db.ExecContext(ctx, `INSERT INTO users (id, name, email) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email`, u.ID, u.Name, u.Email)
	return err
}
