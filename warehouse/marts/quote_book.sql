-- Every quotation with its speaker; quote_no is the reading order.
-- grain: one row per part of a quotation, newest version of each article
-- key: article_id, quote_no
-- refresh: article_id
-- needs: dim_article
-- article_id: the article (dim_article)
-- quote_no: ordinal of the part in the article
-- utterance_no: parts of one utterance share it
-- published_on: day of publication, UTC; null when it is not known to the day
-- publisher: name of the outlet; null when nothing states it
-- speaker: resolved name of the speaker; null when nobody is named
-- speaker_entity_id: entity of the speaker; null when it has none
-- kind: direct (inside quotation marks) or indirect
-- cue: the word that marks it as said: said, insisted, according to ...
-- quote: the words, as printed
-- is_negated: whether the saying itself is negated (did not say)
-- title: headline of the article
-- url: address of the article; null when it has none
select
    q.article_id,
    q.quote_no,
    q.utterance_no,
    d.published_on,
    d.publisher,
    q.speaker,
    q.speaker_entity_id,
    q.kind,
    q.cue,
    q.text as quote,
    q.is_negated,
    d.title,
    d.url
from news.quotes q
join mart.dim_article d using (article_id, version_no)
order by q.article_id, q.quote_no
