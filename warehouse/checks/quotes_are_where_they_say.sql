-- A quotation's text equals the text at its offsets.
-- refresh: article_id
select q.article_id, q.version_no, q.quote_no from news.quotes q
join news.articles a using (article_id, version_no)
where q.text <> substr(
    case q.field when 'title' then a.title when 'caption' then a.captions else a.text end, q.start + 1, q."end" - q.start
)
