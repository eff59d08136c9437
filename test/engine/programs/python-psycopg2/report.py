import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

print(parse_dsn("postgresql://reader@db.internal/stock")["dbname"])
print(make_dsn(host="db.internal", dbname="stock"))
try:
    psycopg2.connect("postgresql://reader@127.0.0.1:1/stock")
except psycopg2.OperationalError as error:
    print("no database:", "refused" in str(error))
