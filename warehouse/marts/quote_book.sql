-- Every quotation with its speaker; quote_no is the reading order.
-- grain: one row per part of a quotation, newest version of each article
-- key: article_id, quote_no
-- refresh: article_id
-- needs: dim_article
-- quote: the words, as printed
-- speaker: resolved name of the speaker; null when nobody is named
-- published_on: day of publication, UTC (dim_date); null when it is not known to the day
-- kind: direct (inside quotation marks) or indirect
-- cue: the word that marks it as said: said, insisted, according to ...
-- publisher: name of the outlet; null when nothing states it
-- title: headline of the article
-- article_id: the article (dim_article)
-- quote_no: ordinal of the part in the article
-- utterance_no: parts of one utterance share it
-- speaker_entity_id: entity of the speaker (article_entities); null when it has none
-- is_negated: whether the saying itself is negated (did not say)
-- url: address of the article; null when it has none
select
    q.text as quote,
    q.speaker,
    d.published_on,
    q.kind,
    q.cue,
    d.publisher,
    d.title,
    q.article_id,
    q.quote_no,
    q.utterance_no,
    q.speaker_entity_id,
    q.is_negated,
    d.url
from news.quotes q
join mart.dim_article d using (article_id, version_no)
order by q.article_id, q.quote_no
