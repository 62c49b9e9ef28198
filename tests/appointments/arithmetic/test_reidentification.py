"""A letter's text is searched for everything that points to one person, however it is spelled."""

from __future__ import annotations

import pytest

from appointments.arithmetic.reidentification import Known, KnownPerson, findings, findings_in_address, sentences

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
        ("Le rendez-vous psy est annulé.", "specialty", "psy"),
        ("Du\u00adrand a attendu.", "person", "Durand"),
        ("J-M n’a pas été vu.", "initials", "J-M"),
        ("K B attend.", "initials", "K B"),
        ("KB", "initials", "KB"),
        ("Le surveillant D. est resté.", "officer", "D"),
        ("Kone, surveillant, est resté.", "officer", "Kone"),
        ("L’adjoint Kone est resté.", "officer", "Kone"),
        ("En 214, la porte est restée fermée.", "cell", "214"),
        ("Le QI 3 est resté fermé.", "cell", "QI-3"),
        ("Chambre 9 : porte fermée.", "cell", "9"),
        ("Un détenu de 43 ans a attendu.", "age", "de 43 ans"),
        ("Le détenu né le 3 mai 1980 a attendu.", "age", "né le 3 "),
        ("Attendu à neuf heures, il est reparti.", "hour", "neuf heures"),
        ("Bâtiment B, 12 des 14 personnes attendues ne sont pas venues.", "few", "12 des 14"),
        ("Bâtiment B, 1\u202f203 sur 1\u202f205.", "few", "1\u202f203 sur 1\u202f205"),
        ("Trois rendez-vous ont été perdus.", "few", "Trois rendez-vous"),
        ("Le seul détenu attendu n’est pas venu.", "few", "Le seul détenu"),
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
        "Aucune des 12 personnes n’est venue : 12 sur 12, 24 h sur 24, aux bâtiments A-B ; 214 personnes attendaient.",
        "UNE PORTE OUVERTE PENDANT LE SOIN, SU DE TOUS.",
        "Une réunion avec la DG et le CH avant le 31 janvier 2027, à propos des personnes de 18 ans et plus.",
        "Le chef d’établissement a été informé ; 612 des 4 812 personnes attendues n’ont pas été conduites.",
    ],
)
def test_what_points_to_nobody_passes(text: str) -> None:
    assert findings(text, KNOWN) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Tribunal judiciaire\nà l’attention de Paul Durand", "Paul Durand"),
        ("DURAND Paul", "Paul Durand"),
        ("Personne de la cellule 214", "214"),
        ("Écrou 4217", "4217"),
    ],
)
def test_address_that_points_to_somebody_detained_is_found(text: str, words: str) -> None:
    assert words in [found.words for found in findings_in_address(text, KNOWN)]


def test_addressee_may_be_called_as_somebody_detained_is() -> None:
    assert findings_in_address("Madame la Présidente Martin\n12 rue Durand\n04217 Saint-Paul", KNOWN) == []


def test_finding_shows_its_own_sentence() -> None:
    text = "Le matin du 4 décembre, personne n’est venu. M. Durand attendait depuis l’art. 45. Rien d’autre."

    assert {found.sentence for found in findings(text, KNOWN)} == {"M. Durand attendait depuis l’art. 45."}
    assert len(sentences(text)) == 3
