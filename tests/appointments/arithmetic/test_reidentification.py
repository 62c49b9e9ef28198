"""A letter's text is searched for everything that points to one person, however it is spelled."""

from __future__ import annotations

import pytest

from appointments.arithmetic.reidentification import Known, KnownPerson, findings, sentences

KNOWN = Known.of(
    [
        KnownPerson("Durand", "Paul", "004217", "A-2-214"),
        KnownPerson("Ben Youssef", "Hédi", "012345", "B2G 112"),
        KnownPerson("Petit", "Rose", "A9912", "QI-03"),
        KnownPerson("Martin", "Léo", "077001", "C-1-9"),
    ],
    carers=["Dr Hélène Brochard"],
)


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("Le 4 décembre, durand n’a pas été conduit.", "person", "durand"),
        ("M. DURAND a attendu.", "person", "DURAND"),
        ("Dùrànd a attendu.", "person", "Dùrànd"),
        ("Hedi a attendu.", "person", "Hedi"),
        ("BEN-YOUSSEF a attendu.", "person", "BEN-YOUSSEF"),
        ("Selon Petit, personne n’est venu.", "person", "Petit"),
        ("L’infirmière Brochard a protesté.", "carer", "Brochard"),
        ("Monsieur Untel a attendu.", "person", "Untel"),
        ("Le surveillant Morin est resté.", "officer", "Morin"),
        ("La première surveillante Mme Morin est restée.", "officer", "Morin"),
        ("Écrou 4217 non conduit.", "number", "4217"),
        ("Le 004217 n’est pas venu.", "number", "004217"),
        ("Le a9912 n’est pas venu.", "number", "a9912"),
        ("En cellule 214, la porte est restée fermée.", "cell", "214"),
        ("La personne du a-2-214 attend.", "cell", "A-2-214"),
        ("La personne de B2G-112 attend.", "cell", "B2G-112"),
        ("Le patient P. D. attend.", "initials", "P. D."),
        ("Le patient PD attend.", "initials", "PD"),
        ("Monsieur D. attend.", "initials", "D."),
        ("Martin a été vu menotté.", "person", "Martin"),
        ("martin a été vu menotté.", "person", "martin"),
        ("Petit n’est pas venu.", "person", "Petit"),
        ("M Untel a attendu.", "person", "Untel"),
        ("Mr X a attendu.", "initials", "X"),
        ("JM a été vu menotté.", "initials", "JM"),
        ("Le détenu du B203 a été vu menotté.", "cell", "B203"),
        ("Le détenu du b203 a été vu menotté.", "cell", "b203"),
        ("Le détenu du B 203 a été vu menotté.", "cell", "B 203"),
        ("Au C-2-14, la porte est restée fermée.", "cell", "C-2-14"),
        ("Le détenu de la 203 a crié.", "cell", "203"),
        ("Le détenu écroué 55321 a été menotté.", "number", "55321"),
        ("Le détenu écroué sous le numéro 55321 a été menotté.", "number", "55321"),
        ("À 10 h 15, la porte est restée fermée.", "hour", "10 h 15"),
        ("À 09:30, la porte est restée fermée.", "hour", "09:30"),
        ("Deux personnes sont reparties.", "few", "Deux personnes"),
        ("Une patiente est repartie.", "few", "Une patiente"),
        ("Une même personne n’a pas été conduite.", "few", "Une même personne"),
        ("Une personne étrangère est repartie.", "few", "Une personne"),
        ("Le psychiatre n’a vu personne.", "specialty", "psychiatre"),
        ("La sage-femme n’a vu personne.", "specialty", "sage femme"),
    ],
)
def test_what_points_to_somebody_is_found(text: str, kind: str, words: str) -> None:
    assert (kind, words) in [(found.kind, found.words) for found in findings(text, KNOWN)]


@pytest.mark.parametrize(
    "text",
    [
        "Le petit bâtiment est resté fermé ; rose des sables.",
        "Petit à petit, les mouvements ont repris.",
        "Ces faits exposent le secret que protège l’article L. 1110-4 du code de la santé publique (R. 4127-5).",
        "Le matin du 4 décembre 2026, bâtiment B, aucune des 11 personnes attendues n’est venue.",
        "Appels criés pour le psychiatre, le dentiste et l’hépatologue.",
        "Une personne étrangère aux soins est restée présente pendant un soin.",
        "Un agent est resté présent pendant un soin malgré la demande du médecin.",
        "L’ARS et le CGLPL ont été informés le 1er décembre 2026, sans réponse à ce jour.",
        "Au bâtiment B 120 personnes attendaient ; l’US est ouverte H24, article D115-4, depuis le COVID-19.",
        "UNE PORTE OUVERTE PENDANT LE SOIN, SU DE TOUS.",
        "Une réunion avec la DG et le CH avant le 31 janvier 2027, à propos des personnes de 18 ans et plus.",
        "Le chef d’établissement a été informé ; 612 des 4 812 personnes attendues n’ont pas été conduites.",
    ],
)
def test_what_points_to_nobody_passes(text: str) -> None:
    assert findings(text, KNOWN) == []


def test_finding_shows_its_own_sentence() -> None:
    text = "Le matin du 4 décembre, personne n’est venu. M. Durand attendait depuis l’art. 45. Rien d’autre."

    assert {found.sentence for found in findings(text, KNOWN)} == {"M. Durand attendait depuis l’art. 45."}
    assert len(sentences(text)) == 3
