import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.clean.metadata.affiliations import is_full_name
from transforms.clean.metadata.bylines import Byline, is_collective, is_only_names, read_byline, split_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Ana Reyes", ["Ana Reyes"]),
        ("BY ANA REYES and Ben Okoro", ["ANA REYES", "Ben Okoro"]),
        ("Written by: Ana Reyes, Ben Okoro & Chi Lam", ["Ana Reyes", "Ben Okoro", "Chi Lam"]),
        ("Von Ana Reyes und Ben Okoro", ["Ana Reyes", "Ben Okoro"]),
        ("Por Ana Reyes y Ben Okoro", ["Ana Reyes", "Ben Okoro"]),
        ("Ana Reyes, Political Editor", ["Ana Reyes"]),
        ("Ana Reyes, Senior Reporter", ["Ana Reyes"]),
        ("Staff Writer Ana Reyes", ["Ana Reyes"]),
        ("Ana Reyes | Harbour Desk Correspondent", ["Ana Reyes"]),
        ("Ana Reyes (ana.reyes@news.example)", ["Ana Reyes"]),
        ("Ana Reyes @anareyes", ["Ana Reyes"]),
        ("https://social.example/ana", []),
        ("Reyes, Ana", ["Ana Reyes"]),
        ("Ana Reyes, MD", ["Ana Reyes"]),
        ("By Ana Reyes Published on July 18, 2025", ["Ana Reyes"]),
        ("Jul 18 Written by Ana Reyes", ["Ana Reyes"]),
        ("Ana Reyes 18 July 2025 • 4:45pm", ["Ana Reyes"]),
        ("By Ana Reyes. Reviewed by Ben Okoro", ["Ana Reyes"]),
        ("Par Ana Reyes Mis à jour à 09h42", ["Ana Reyes"]),
        ("金 美咲 記者", ["金 美咲"]),
        ("By ANA REYES, BEN OKORO and CHI LAM", ["ANA REYES", "BEN OKORO", "CHI LAM"]),
        ("ANA REYES, MD, BEN OKORO, PHD", ["ANA REYES", "BEN OKORO"]),
        ("REYES, ANA", ["ANA REYES"]),
        ("By Ana Reyes for The Northport Post", ["Ana Reyes"]),
        ("BY ANA REYES FOR THE COURIER", ["ANA REYES"]),
        ("By Ana Reyes, XYZ News", ["Ana Reyes"]),
        ("By Ana Reyes, WireLine", ["Ana Reyes"]),
        ("By Ana Reyes — WireLine", ["Ana Reyes"]),
        ("By Ana Reyes/The Courier", ["Ana Reyes"]),
        ("By Ana Reyes, Chief Political Reporter", ["Ana Reyes"]),
        ("By Ana Reyes, Health Correspondent for River Post", ["Ana Reyes"]),
        ("Ana Reyes, Political Editor, and Ben Okoro, Senior Economist", ["Ana Reyes", "Ben Okoro"]),
        ("Chief Political Reporter Ana Reyes", ["Ana Reyes"]),
        ("Ana Reyes Health Correspondent", ["Ana Reyes"]),
        ("Von Jana Holm, Wirtschaftsredakteurin", ["Jana Holm"]),
        ("Por Ana Reyes, corresponsal en Lima", ["Ana Reyes"]),
        ("By Ana Reyes, New Haven", ["Ana Reyes"]),
        ("By Ana ReyesPublished: 14 May 2024", ["Ana Reyes"]),
        ("Written by Ana Reyes, produced by Ben Okoro", ["Ana Reyes"]),
        ("ana@courier.example (Ana Reyes)", ["Ana Reyes"]),
        ("By the Rev. Ana Reyes", ["Rev. Ana Reyes"]),
        # Names like roles, papers and phrases.
        ("Ana Reyes, Emily Post and Stephen King", ["Ana Reyes", "Emily Post", "Stephen King"]),
        ("By Ana Reyes, Ferenc Bishop", ["Ana Reyes", "Ferenc Bishop"]),
        ("By Martin Luther King", ["Martin Luther King"]),
        ("An Nguyen Tran", ["An Nguyen Tran"]),
        ("In July Of", []),
        ("nan", []),
        ("N/A", []),
        ("-", []),
        ("admin", []),
        ("About the author", []),
        ("12", []),
    ],
)
def test_bylines_are_split_and_cleaned(text: str, names: list[str]) -> None:
    assert split_names(text) == names


@pytest.mark.parametrize(
    ("note", "names"),
    [
        (
            "XYZ’s Jo Ek, Ana Reyes and Ben Okoro",
            ["Jo Ek", "Ana Reyes", "Ben Okoro"],
        ),
        ("Courier News’ Jo Ek", ["Jo Ek"]),
        ("Associated Press writers Jo Ek and Ana Reyes in Port Said", ["Jo Ek", "Ana Reyes"]),
        ("By Conan O’Neill", ["Conan O’Neill"]),
        ("Ben Okoro | Special to the Northport Courier", ["Ben Okoro"]),
    ],
)
def test_employers_and_places_are_not_part_of_names(note: str, names: list[str]) -> None:
    assert split_names(note) == names


@pytest.mark.parametrize(
    ("line", "known", "any_name"),
    [
        ("Anna Velasquez", True, True),
        ("Anna Velasquez, and William M. Ostrow", True, True),
        ("Qwill Ostrow", False, True),
        ("Harbour Vote Fails", False, True),
        ("Anna wins the harbour vote", False, False),
    ],
)
def test_lines_of_names_alone(line: str, known: bool, any_name: bool) -> None:
    assert is_only_names(line, is_known=True) is known
    assert is_only_names(line, is_known=False) is any_name


def test_agencies_desks_and_the_outlet_are_not_persons() -> None:
    byline = read_byline(
        ["Ana Reyes, dpa", "Courier Staff", "The Courier", "courier.example", "Ana Reyes"],
        outlets=["The Courier", "courier.example"],
    )
    assert byline.persons == ("Ana Reyes",)
    assert byline.collectives == ("dpa", "Courier Staff", "The Courier", "courier.example")


def test_an_organisation_in_markup_is_not_a_person() -> None:
    assert read_byline(["Harbour Trust"], collective=["Harbour Trust"]).collectives == ("Harbour Trust",)


def test_the_outlet_after_a_name_is_cut() -> None:
    assert read_byline(["Ana Reyes The Courier"], outlets=["The Courier"]).persons == ("Ana Reyes",)


@pytest.mark.parametrize(
    "name", ["AP", "Reuters", "The Associated Press", "Staff", "News Desk", "Harbour Team"]
)
def test_collectives(name: str) -> None:
    assert is_collective(name)


@pytest.mark.parametrize("name", ["Ana Reyes", "Ana M. Reyes", "Ludwig van Berg", "Ana O’Brien", "구현모"])
def test_full_names(name: str) -> None:
    assert is_full_name(name)
    assert not is_collective(name)


@pytest.mark.parametrize(
    "name", ["ana", "Ana", "harbour wall", "Route 66 Ana", "A New Way To Earn And Grow More"]
)
def test_texts_that_are_not_full_names(name: str) -> None:
    assert not is_full_name(name)


@given(st.text())
def test_any_text_is_split(text: str) -> None:
    for name in split_names(text):
        assert name == name.strip()
        is_full_name(name)


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("Ben Okoro contributed to this report.", ()),
        ("By Ana Reyes. Ben Okoro contributed reporting.", ("Ana Reyes",)),
        ("By A. R. Reyes; Ben Okoro and Lea Winter contributed", ("A. R. Reyes",)),
        ("Additional reporting by Ben Okoro", ()),
        ("By Ana Reyes with additional reporting by Ben Okoro", ("Ana Reyes",)),
        ("Ana Reyes, with files from Ben Okoro", ("Ana Reyes",)),
        ("Reporting by Ana Reyes; editing by Ben Okoro", ("Ana Reyes",)),
        ("Contributor: Ana Reyes", ("Ana Reyes",)),
        ("Contributors", ()),
    ],
)
def test_contributors_do_not_sign(text: str, persons: tuple[str, ...]) -> None:
    assert read_byline([text]) == Byline(persons)


@pytest.mark.parametrize(
    ("value", "persons"),
    [
        ("['Ana Reyes', \"Conan O'Neill\"]", ("Ana Reyes", "Conan O'Neill")),
        ('["Ana Reyes"]', ("Ana Reyes",)),
        ("[Ana Reyes, Ben Okoro]", ("Ana Reyes", "Ben Okoro")),
        ("[None]", ()),
        ("[]", ()),
    ],
)
def test_a_list_written_as_text_is_read(value: str, persons: tuple[str, ...]) -> None:
    assert read_byline([value]).persons == persons
