"""The floor: a bare Flask hello-world under the very server the registry uses."""

import sys

from flask import Flask

from registry.kernel.db import db
from registry.web.server import Server

app = Flask(__name__)


@app.get("/")
def hello() -> dict[str, str]:
    """Answer a small JSON body."""
    return {"hello": "world"}


if __name__ == "__main__":
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app)
    Server(app, bind=f"127.0.0.1:{sys.argv[1]}", workers=int(sys.argv[2]), scheduler=False, on_ready=lambda: None).run()
