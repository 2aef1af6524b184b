"""Parsers, dependency trees and cue words: what enrichments stand on."""
