"""Documents as hospitals send them, good and bad."""

import io
import json

import pikepdf


def pdf(*, pages: int = 1, encryption: pikepdf.Encryption | None = None, change=lambda pdf: None) -> bytes:
    """A PDF, changed and locked as asked."""
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        change(document)
        out = io.BytesIO()
        document.save(out, encryption=encryption or False)
    return out.getvalue()


def armed(document: pikepdf.Pdf) -> None:
    """Put in everything that acts by itself: scripts, launched programs, attachments, sent forms."""
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('js-open')")
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")
    document.Root.OpenAction = script
    document.Root.AA = pikepdf.Dictionary(WC=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="js-close"))
    names = document.make_indirect(pikepdf.Dictionary(Names=pikepdf.Array(["start", script])))
    document.Root.Names = pikepdf.Dictionary(JavaScript=names)
    document.attachments["evil.exe"] = pikepdf.AttachedFileSpec(document, b"MZ-evil", filename="evil.exe")
    document.Root.AF = pikepdf.Array([document.attachments["evil.exe"].obj])
    page = document.pages[0]
    page.obj.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="js-page"))
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=launch)
    chained = pikepdf.Dictionary(S=pikepdf.Name.GoTo, D=pikepdf.Array([page.obj, pikepdf.Name.Fit]), Next=script)
    second = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=chained)
    submit = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="https://evil.example/")
    field = pikepdf.Dictionary(FT=pikepdf.Name.Btn, T="button", A=submit)
    document.Root.AcroForm = pikepdf.Dictionary(
        Fields=pikepdf.Array([document.make_indirect(field)]), XFA=pikepdf.String("<xdp>js-xfa</xdp>")
    )
    page.obj.Annots = pikepdf.Array([document.make_indirect(link), document.make_indirect(second)])


def words_of(file: bytes) -> str:
    """Everything a PDF holds, uncompressed, to look for what must not be there."""
    with pikepdf.open(io.BytesIO(file)) as document:
        out = io.BytesIO()
        document.save(
            out,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.all,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return out.getvalue().decode("latin-1")


def div(html: str) -> str:
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{html}</div>'


SECTIONS = [
    {
        "title": "Anything",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "887161000000102"}]},
        "text": {"status": "generated", "div": div("<p>Pneumonia</p><p>Type&nbsp;2 <b>diabetes</b> &amp; gout</p>")},
    },
    {
        "title": "Allergies",
        "code": {"coding": [{"code": "allergies-and-adverse-reaction"}]},
        "text": {"div": div("<table><tr><td>Penicillin</td><td>rash</td></tr><tr><td>Nuts</td></tr></table>")},
    },
    {
        "title": "Clinical summary",
        "text": {"div": div("<script>alert(1)</script><ul><li>Better</li><li>Home</li></ul>")},
    },
    {
        "title": "Ward pets",
        "text": {"div": div("A dog &lt;came&gt;")},
        "section": [{"title": "Name", "text": {"div": div("Rex")}}],
    },
    {"title": "Procedures"},
]
TEXTS = {
    "diagnoses": "Anything\nPneumonia\nType 2 diabetes & gout",
    "allergies_and_adverse_reactions": "Penicillin | rash\nNuts",
    "clinical_summary": "Better\nHome",
    "Ward pets": "A dog <came>\n\nName\nRex",
}


def fhir_json(sections=SECTIONS) -> bytes:
    composition = {"resourceType": "Composition", "title": "Discharge summary", "section": sections}
    bundle = {"resourceType": "Bundle", "type": "document", "entry": [{"resource": composition}]}
    return json.dumps(bundle).encode()


def fhir_xml(*, before: str = "", diagnosis: str = "<p>Pneumonia</p><p>Type 2 <b>diabetes</b> &amp; gout</p>") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>{before}
<Bundle xmlns="http://hl7.org/fhir"><type value="document"/><entry><resource><Composition>
  <title value="Discharge summary"/>
  <section><title value="Anything"/>
    <code><coding><system value="http://snomed.info/sct"/><code value="887161000000102"/></coding></code>
    <text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">{diagnosis}</div></text></section>
  <section><title value="Allergies"/><code><coding><code value="allergies-and-adverse-reaction"/></coding></code>
    <text><div xmlns="http://www.w3.org/1999/xhtml"><table><tr><td>Penicillin</td><td>rash</td></tr>
    <tr><td>Nuts</td></tr></table></div></text></section>
  <section><title value="Clinical summary"/><text><div xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script>
    <ul><li>Better</li><li>Home</li></ul></div></text></section>
  <section><title value="Ward pets"/><text><div xmlns="http://www.w3.org/1999/xhtml">A dog &lt;came&gt;</div></text>
    <section><title value="Name"/><text><div xmlns="http://www.w3.org/1999/xhtml">Rex</div></text></section></section>
  <section><title value="Procedures"/></section>
</Composition></resource></entry></Bundle>""".encode()
