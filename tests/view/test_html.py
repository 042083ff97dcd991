"""The page that stands alone: complete, escaped, and readable without a script."""

import html.parser
import json
import re

from teachgraph import tensor as T
from teachgraph.compile.function import function
from teachgraph.view import html as page_module
from teachgraph.view import protocol
from teachgraph.view.html import embedded, html_page, write_html


class Page(html.parser.HTMLParser):
    """The tags of a page, and the text of its scripts."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.scripts: list[str] = []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.extend(attrs)
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append("")

    def handle_endtag(self, tag):
        if tag == "script":
            self._in_script = False

    def handle_data(self, data):
        if self._in_script:
            self.scripts[-1] += data


def without_script(monkeypatch):
    monkeypatch.setattr(page_module, "viewer_script", lambda: "")


def with_script(monkeypatch):
    monkeypatch.setattr(page_module, "viewer_script", lambda: "start('</script>')")


def test_the_page_holds_the_document_and_the_viewer(classifier, monkeypatch):
    with_script(monkeypatch)
    page = Page(html_page(classifier.train))
    data, code = page.scripts
    protocol.validate(json.loads(data))
    assert code == r"start('<\/script>')"


def test_nothing_is_fetched_from_anywhere(classifier, monkeypatch):
    without_script(monkeypatch)
    page = Page(html_page(classifier.train))
    assert not {name for name, _ in page.attributes} & {"src", "href", "srcset"}
    assert "link" not in page.tags


def test_without_the_viewer_both_pictures_and_all_rewrites_are_there(
    classifier, monkeypatch
):
    without_script(monkeypatch)
    text = html_page(classifier.train)
    page = Page(text)
    count = len(classifier.train.history.rewrites())
    assert page.tags.count("svg") == 2
    assert page.tags.count("li") == count
    assert "script" not in page.tags
    assert f"{count} rewrites" in text


def test_a_rewrite_in_the_list_says_what_became_what_and_why(monkeypatch):
    without_script(monkeypatch)
    x = T.dvector("x")
    text = html_page(function([x], 1 / (1 + T.exp(-x)), mode="FAST_RUN"))
    assert "<code>1 / (1 + exp(-x))</code> → <code>sigmoid(x)</code>" in text


def test_the_static_parts_stand_in_noscript_when_there_is_a_viewer(
    classifier, monkeypatch
):
    with_script(monkeypatch)
    text = html_page(classifier.train)
    assert re.search(r"<noscript>.*<svg.*</noscript>", text, re.DOTALL)


def test_hostile_names_do_not_get_out_of_any_place(hostile, monkeypatch):
    f = function([hostile], T.exp(hostile) * 1, name=str(hostile))
    for arrange in (with_script, without_script):
        arrange(monkeypatch)
        page = Page(html_page(f))
        assert "img" not in page.tags
        assert "onerror" not in {name for name, _ in page.attributes}
        for script in page.scripts[:1]:
            json.loads(script)


def test_embedded_json_cannot_end_its_element():
    text = embedded({"a": "</script><!--\u2028"})
    assert "<" not in text
    assert json.loads(text) == {"a": "</script><!--\u2028"}


def test_a_variable_has_a_page_too(logistic, tmp_path, monkeypatch):
    without_script(monkeypatch)
    path = write_html(logistic.y, tmp_path / "y.html", title="logistic")
    text = path.read_text(encoding="utf-8")
    assert "<title>logistic</title>" in text
    assert text.count("<svg") == 1


def test_the_source_that_was_compiled_is_at_the_end(classifier, monkeypatch):
    without_script(monkeypatch)
    f = classifier.train
    assert ("the source that was compiled" in html_page(f)) == (f.source is not None)


def test_a_history_has_a_page(classifier, monkeypatch):
    without_script(monkeypatch)
    assert Page(html_page(classifier.train.history)).tags.count("svg") == 2
