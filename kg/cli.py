"""The command line: arguments in, exit code out. Everything else happens in the library.

Results go to standard output, messages to standard error. Exit codes: 0 done, 1 data at fault,
2 wrong request.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from kg.errors import KgError, ManyErrors, RequestError
from kg.version import __version__

if TYPE_CHECKING:
    from kg.api import Graph

__all__ = ["app", "main"]

app = typer.Typer(
    name="kg",
    help="Recorded conversations to knowledge graphs: claims with speaker, second and quote, as RDF and as a page.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
_errors = Console(stderr=True, highlight=False, soft_wrap=True)

InputPaths = Annotated[
    list[str], typer.Argument(help="Files, folders, globs, or - for standard input.", show_default=False)
]
BuildFolder = Annotated[
    Path, typer.Argument(help="Folder of a build (kg build … -o FOLDER).", show_default=False)
]
JsonFlag = Annotated[bool, typer.Option("--json", help="Answer as JSON, for scripts.")]
ModelName = Annotated[
    str | None, typer.Option("--model", help="A spaCy model's name or folder; the shipped one if not given.")
]
FormatName = Annotated[
    str | None, typer.Option("--format", help="Read every file as this format (kg formats lists them).")
]


def main() -> NoReturn:
    """Runs the command line and leaves with its exit code."""
    try:
        app(standalone_mode=False)
    except KgError as error:
        _say(error)
        sys.exit(error.exit_code)
    except typer.Exit as leave:
        sys.exit(leave.exit_code)
    except typer.Abort:
        sys.exit(130)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of a pipe has gone; nothing is left to say.
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        show = getattr(error, "show", None)
        if show is not None:
            show()
            sys.exit(getattr(error, "exit_code", 2))
        raise
    sys.exit(0)


def _say(error: KgError) -> None:
    if isinstance(error, ManyErrors):
        for each in error.errors:
            _say(each)
        return
    _errors.print(f"[bold red]error[/] {escape(str(error))}")


def _version(value: bool) -> None:
    if value:
        print(f"kg {__version__}")
        raise typer.Exit()


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """See `kg COMMAND --help`; each has an example."""


@app.command(epilog="Example: kg build talks/ -o graph --processes 2")
def build(
    inputs: InputPaths,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder to write; an earlier build in it is replaced.")
    ],
    format: FormatName = None,
    model: ModelName = None,
    base_iri: Annotated[
        str | None, typer.Option(help="Publish under this IRI instead of https://kg.example/id/.")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option(help="Claims below this confidence make no plain triple.")
    ] = None,
    quotes: Annotated[
        bool, typer.Option("--quotes/--no-quotes", help="Keep the words, or only positions and hashes.")
    ] = True,
    processes: Annotated[int, typer.Option("--processes", "-j", help="Documents worked on at once.")] = 1,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first file at fault.")] = False,
    title: Annotated[str | None, typer.Option(help="Title of the page.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Build a graph from transcripts: Turtle, N-Quads, JSON Lines, page and SPARQL store."""
    from kg import api
    from kg.publish import check_target, summary
    from kg.terminal import build_table, watch

    check_target(output)
    chosen: dict[str, object] = {
        "format": format,
        "model": model,
        "quotes": quotes,
        "processes": processes,
        "strict": strict,
        "title": title,
    }
    if base_iri is not None:
        chosen["base_iri"] = base_iri
    if threshold is not None:
        chosen["threshold"] = threshold
    with watch(_errors) as progress:
        graph = api.build(inputs, progress=progress, **chosen)
        progress("write", 0, 1, str(output))
        report = graph.save(output, title=title)
        progress("write", 1, 1, "")
    for source, warning in graph.warnings:
        _errors.print(f"[yellow]warning[/] {escape(source)}: {escape(warning)}")
    for error in graph.errors:
        _say(error)
    if as_json:
        counts: dict[str, Any] = dict(summary(graph.data))
        faults = [{"code": e.code, "what": e.what, "where": e.where, "hint": e.hint} for e in graph.errors]
        print(
            json.dumps({**counts, "output": str(output), "shacl_conforms": report.conforms, "errors": faults})
        )
    else:
        Console().print(build_table(graph.data, report, output))
    if not report.conforms or graph.errors:
        raise typer.Exit(1)


@app.command(
    epilog="Examples: kg query graph founders; kg query graph 'SELECT ?name WHERE { ?x a kg:Hardware ; rdfs:label ?name }'"
)
def query(
    folder: BuildFolder,
    question: Annotated[
        str | None,
        typer.Argument(
            help="SPARQL text, a file, - for standard input, or the name of a ready question (none: list them)."
        ),
    ] = None,
    format: Annotated[str, typer.Option("--format", "-f", help="table, json or csv.")] = "table",
    with_: Annotated[
        list[str] | None, typer.Option("--with", "-w", help="Fills in a ready question: --with name=OpenAI.")
    ] = None,
) -> None:
    """Ask a build with SPARQL, or with one of the ready questions."""
    from kg.api import ask
    from kg.rdf import named_queries
    from kg.terminal import query_list, query_table

    if question is None:
        Console().print(query_list(named_queries()))
        return
    result = ask(folder, sys.stdin.read() if question == "-" else question, dict(_pairs(with_)))
    if format == "table":
        console = Console()
        console.print(query_table(result, width=console.width))
    elif format == "json":
        print(result.to_json())
    elif format == "csv":
        sys.stdout.write(result.to_csv())
    else:
        raise RequestError(f"{format!r} is no format of answers", where="--format", hint="table, json or csv")


def _pairs(given: list[str] | None) -> list[tuple[str, str]]:
    pairs = []
    for text in given or []:
        name, equals, value = text.partition("=")
        if not equals:
            raise RequestError(f"{text!r} gives no value", where="--with", hint="--with name=OpenAI")
        pairs.append((name.strip(), value.strip()))
    return pairs


@app.command(epilog="Example: kg export graph graphml -o graph.graphml")
def export(
    folder: BuildFolder,
    format: Annotated[
        str,
        typer.Argument(
            help="turtle, trig, nquads, ntriples, jsonld, rdfxml, jsonl, graphml, gexf, nodelink (networkx JSON), csv, neo4j."
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File or folder to write; standard output if not given."),
    ] = None,
    shards: Annotated[
        int, typer.Option("--shards", help="Gzipped N-Quads in this many files, with a manifest.")
    ] = 0,
) -> None:
    """Hand a build on in another format."""
    from kg.rdf import export_files

    files = export_files(_open(folder).data, format, shards=shards)
    if len(files) == 1 and (output is None or not output.is_dir()):
        content = next(iter(files.values()))
        if output is None:
            sys.stdout.buffer.write(content)
        else:
            output.write_bytes(content)
        return
    if output is None:
        raise RequestError(f"{format} makes {len(files)} files", where="kg export", hint="-o FOLDER")
    output.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (output / name).write_bytes(content)


@app.command(epilog="Example: kg validate graph")
def validate(folder: BuildFolder, as_json: JsonFlag = False) -> None:
    """Check a build against the SHACL shapes."""
    from kg.terminal import report_table

    report = _open(folder).validate()
    if as_json:
        findings = [
            {
                "severity": f.severity,
                "focus": f.focus,
                "message": f.message,
                "where": [str(p) for p in f.places],
            }
            for f in report.findings
        ]
        print(json.dumps({"conforms": report.conforms, "findings": findings}))
    else:
        Console().print(report_table(report))
    if not report.conforms:
        raise typer.Exit(1)


@app.command(epilog="Example: kg trace graph 'Volta'")
def trace(
    folder: BuildFolder,
    iri: Annotated[str, typer.Argument(help="IRI of a statement or claim, or the name of an entity.")],
) -> None:
    """Show the walk of one statement, from the words to the triple."""
    from kg.trace import trace as walk

    for stage, text in walk(_open(folder).data, iri):
        print(f"{stage:<10} {text}")


@app.command(epilog="Example: kg inspect talk.vtt")
def inspect(
    file: Annotated[str, typer.Argument(help="A transcript, or - for standard input.")],
    format: FormatName = None,
    model: ModelName = None,
    turns: Annotated[int | None, typer.Option(help="Show only the first turns.")] = None,
) -> None:
    """Show what is found in one text, highlighted."""
    from kg.inspect_text import inspect_document
    from kg.pipeline import inspect_input

    console = Console()
    for part in inspect_document(*inspect_input(file, format=format, model=model), max_turns=turns):
        console.print(part)


@app.command(name="eval", epilog="Example: kg eval talks/ gold/")
def eval_(
    inputs: Annotated[Path, typer.Argument(help="Folder of the transcripts that the annotations are of.")],
    gold: Annotated[Path, typer.Argument(help="Folder with NAME.entities.jsonl and NAME.facts.jsonl.")],
    model: ModelName = None,
    as_json: JsonFlag = False,
) -> None:
    """Score builds of annotated transcripts: entities, types, facts."""
    from kg.evaluate import evaluate_folder
    from kg.terminal import score_table

    scores = evaluate_folder(inputs, gold, model=model)
    if as_json:
        print(json.dumps([score.as_dict() for score in scores]))
    else:
        Console().print(score_table(scores))


@app.command(epilog="Example: kg view graph --focus OpenAI")
def view(
    folder: BuildFolder,
    focus: Annotated[str | None, typer.Option(help="Start at this entity.")] = None,
    types: Annotated[str | None, typer.Option(help="Show only these types, separated by commas.")] = None,
    date_from: Annotated[
        str | None, typer.Option("--from", help="Only recordings since this date (YYYY-MM-DD).")
    ] = None,
    date_to: Annotated[str | None, typer.Option("--to", help="Only recordings until this date.")] = None,
    max_nodes: Annotated[int, typer.Option(help="How many entities are drawn at once.")] = 400,
    title: Annotated[str | None, typer.Option(help="Title of the page.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write the page there instead of opening it.")
    ] = None,
) -> None:
    """Open the interactive page of a build."""
    from kg.view import open_page, write_html

    page = folder / "graph.html"
    shaped = (
        any(value is not None for value in (focus, types, date_from, date_to, title, output))
        or max_nodes != 400
    )
    if shaped:
        content = write_html(
            _open(folder).data,
            title=title,
            focus=focus,
            types=[name.strip() for name in types.split(",")] if types else None,
            date_from=date_from,
            date_to=date_to,
            max_nodes=max_nodes,
        )
        if output is None:
            import tempfile

            page = Path(tempfile.mkdtemp(prefix="kg-view-")) / "graph.html"
        else:
            page = output
        page.write_bytes(content)
    elif not page.is_file():
        raise RequestError("there is no build", where=str(folder), hint="kg build INPUT -o FOLDER")
    if output is None:
        open_page(page)
    print(page)


@app.command(epilog="Example: kg serve graph --port 7474")
def serve(
    folder: BuildFolder,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 for a free one.")] = 7474,
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Let --host be an address that other machines reach.")
    ] = False,
    writable: Annotated[bool, typer.Option("--writable", help="Allow updates; needs a token.")] = False,
    token_file: Annotated[
        Path | None, typer.Option(help="File with the bearer token for --writable (or set KG_TOKEN).")
    ] = None,
    time_limit: Annotated[float, typer.Option(help="Seconds that a query may take.")] = 30.0,
    max_rows: Annotated[int, typer.Option(help="Rows that an answer may have.")] = 100_000,
    cors: Annotated[
        list[str] | None, typer.Option(help="Origin that may ask from a browser; may repeat.")
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the front page in a browser.")] = False,
) -> None:
    """Serve a build: SPARQL endpoint, a page for every IRI, query page and graph page."""
    from kg.serve import run

    run(
        folder,
        host=host,
        port=port,
        allow_remote=allow_remote,
        writable=writable,
        token=_token(token_file) if writable else None,
        time_limit_s=time_limit,
        max_rows=max_rows,
        cors_origins=cors or (),
        open_browser=open_browser,
    )


def _token(path: Path | None) -> str | None:
    """The bearer token from a file or the environment, or None."""
    if path is None:
        return os.environ.get("KG_TOKEN")
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise RequestError(
            f"the token cannot be read: {error.strerror}",
            where=str(path),
            hint="a readable file with the token",
        ) from None


@app.command(epilog="Example: kg formats")
def formats(as_json: JsonFlag = False) -> None:
    """List the transcript formats that kg reads."""
    from kg.read import formats as known
    from kg.terminal import pairs_table

    if as_json:
        print(json.dumps(dict(known())))
    else:
        Console().print(pairs_table("format", "what it looks like", known()))


@app.command(epilog="Example: kg schema --check", hidden=True)
def schema(
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether the generated files are fresh.")
    ] = False,
) -> None:
    """Generate signatures and reference from the ontology (for those who change it)."""
    from kg.ontology import schema_dir
    from kg.ontology.generate import refresh

    stale = refresh(schema_dir(), write=not check)
    for name in stale:
        print(name)
    if stale and check:
        raise typer.Exit(1)


def _open(folder: Path) -> Graph:
    from kg.api import open_build

    return open_build(folder)


if __name__ == "__main__":
    main()
